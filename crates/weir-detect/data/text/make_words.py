#!/usr/bin/env python3
"""Makes words.txt: common Chinese words by how often they occur.

    pip download --no-deps --no-binary :all: jieba==0.42.1 && tar xzf jieba-0.42.1.tar.gz
    python3 make_words.py jieba-0.42.1/jieba/dict.txt > words.txt

The counts are those of the dictionary of jieba 0.42.1 (MIT, Sun Junyi). Kept are single
characters and words of two to four characters; names of people are left out, because a name is
what a reader has to tell from words. A line is a class, the rounded binary logarithm of the count,
and the words of that class.
"""
import collections
import math
import sys

# The surnames of some 85 in 100 people.
USUAL = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)

LEAST = {1: 20, 2: 14, 3: 20, 4: 60}


def is_han(word):
    return all("\u4e00" <= c <= "\u9fff" for c in word)


def is_name(word, tag):
    """The dictionary calls some ordinary words names; those seldom begin with a usual surname."""
    return tag.startswith("nr") and (len(word) > 2 or word[0] in USUAL)


def main():
    classes = collections.defaultdict(list)
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            word, count, tag = line.split()
            count = int(count)
            if is_han(word) and not is_name(word, tag) and count >= LEAST.get(len(word), 1 << 40):
                classes[round(math.log2(count))].append(word)
    for key in sorted(classes, reverse=True):
        print(key, " ".join(sorted(classes[key])))


if __name__ == "__main__":
    main()
