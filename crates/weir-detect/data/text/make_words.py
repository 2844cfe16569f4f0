#!/usr/bin/env python3
"""Makes words.txt: common Chinese words by how often they occur.

    pip download --no-deps --no-binary :all: jieba==0.42.1 && tar xzf jieba-0.42.1.tar.gz
    python3 make_words.py jieba-0.42.1/jieba/dict.txt > words.txt

The counts are those of the dictionary of jieba 0.42.1 (MIT, Sun Junyi). Kept are single
characters and words of two to four characters; names of people are left out, because a name is
what a reader has to tell from words. The dictionary tags many ordinary words as names: those that
end in a character of no given name (`names.txt` beside this file) are words, and so are those of
WORDS, which were picked by hand. Words that begin with a surname are kept even if they are rare,
because they are what is taken for a name, and so are longer ones with what looks like a name in
them. A line is a class, the rounded binary logarithm of the
count, and the words of that class.
"""
import collections
import math
import pathlib
import sys

# The surnames of some 85 in 100 people.
USUAL = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)

# Tagged as names of people, and words of every day all the same.
WORDS = set(
    """
    王朝 陆军 雷达 黄石 武林 白雪 高峰 石英 金殿 高潮 胡子 叶子 孔子 孙子 高明 梁山 林立 秦岭 王子 向阳 黎明 金刚 许可 朱红
    魏晋 秦汉 白莲 苏军 马来 白石 钟祥 张大 史诗 金平 谢恩 高三 赵家 张开 金石 李家 高薪 黄龙 石林 白发 林子 林木 杨柳 白云
    黄帝 秦王 张家 龙王 孟子 田野 李子 钱财 万世 金莲 白银 秦安 严正 高昂 孔道 金光 谢家 刘家 高超 高雅 胡风 白旗 金山 郑家
    徐家 马道 汪洋 吴楚 石龙 张扬 周全 谭家 周礼 毛发 沈思 罗汉 王道 雷霆 张望 许诺 许昌 高丽 王权 唐诗 雷雨 黎曼 马赫 高强
    吴越 白玉 金秋 宋元 高祖 马虎 方正 龙凤 白杨 段子 丁香 雷鸣 杨树 秦军 钟山 白鹤 金昌 毛竹 马兰 胡家 田家 钟爱 高平 贺喜
    高盛 白光 田中 金丹 向海 金玉 马达 范文 黄泉 胡来 陆生 朱家 唐王 白虎 马驹 胡琴 高梁 苏铁 龙驹 吴江 顾全 杨家 金沙 黄旗
    白沙 宋明 严冬 胡桃 白米 陈家 毛利 赵国 高升 杨梅 黄杨 高攀 雷诺 刘海 黎民 吕梁 汤水 付清 龙虎 韩家 莫若 贺信 胡言 高清
    曾祖 邵阳 万全 雷山 罗经 武生 谢世 罗致 林海 龙岩 贺礼 莫如 唐书 马祖 白水 田七 武进 孙家 卢龙 余裕 马科 胡杨 武卫 黄岩
    高朗 余晖 韩元 白军 武清 余光 贺兰 石松 梁家 张量 吴中 韩文 黄梅 马群 邵武 白磷 王水 王母 万隆 黎平 高扬 林芝 陈兵 石青
    苏禄 唐河 周村 宋诗 黄鹤 黄莺 黄米 白文 龙飞 陆桥 谢赫 白兰 武宁 梁朝 杨浦 余波 万宁 白朗 史纲 余辉 黄玉 余生 罗丹 杨桃
    高寿 汤泉 戴孝 龙颜 黄柏 薛城 夏利 黄磷 谢礼 莫让 苏子 石虎 白芷 陶然 陆风 万丹 周知 余韵 孔林 叶城 金碧 郭城 杜康 万军
    武强 彭山 高安 杜邦 史志 雷池 莫道 汤池 武平 韩日 钟鼎 朱颜 姚家 余庆 雷曼 苏菲 白道 江米 宋家 孔家 蒋家 石泉 余兴 邹平
    罗平 白菊 白木 武鸣 余香 万荣 高淳 马陆 邹城 石楠 毛诗 武胜 徐水 史臣 石锁 白陶 田林 毛根 史传 余利 任安 付梓 魏书 马铃
    邹家 莫高 汪家 石燕 孔教
    花岗岩 贡献者 青少年 古建筑 杜鹃花 阿富汗 乌克兰 蒙古人 季后赛 秦始皇 胡萝卜 石家庄 金字塔 哈萨克 高高的 许可证 安全性
    宣传部 石英砂 古文化 夏威夷 张家口 黎巴嫩 安哥拉 吉普车 武昌鱼 楚文化 钱塘江 西门子 牛头山 高新区 西方人 卢森堡 梅雨期
    公开赛 封建主 索马里 银行卡 祖师爷 张家界 祖父母 西红柿 安全感 严重者 高尔夫 石狮子 诸侯国 司令官 严重性 青壮年 段时间
    秦皇岛 普天下 沙尘暴 海德堡 普朗克 连云港 西北风 修道院 巴洛克 幸存者 叶绿体 申请人 叶绿素 麦当劳 管弦乐 龙井茶 智能化
    沙丁鱼 毕加索 杭州人 左丞相 封建制 文明史 高岭土 乌托邦 黄绿色 明白人 陆海空 古文字 纪传体 伯纳乌 安徒生 白皮书 成文法
    冷不丁 梅花鹿 常见病 雷达站 温哥华 卢浮宫 常备军 陈列馆 卢沟桥 伏尔加 申请书 马拉松 白话文 西雅图 银联卡 花岗石 花园里
    南方人 纪念堂 操作符 安全带 龙卷风 张家港 顾问团 干涉仪 夏令营 柏林墙 庄稼汉 陈列室 银杏树 连衣裙 宿舍楼 幸福感 公开化
    温和派 印象派 安卡拉 马赫数 伊拉克 阿拉伯 莫斯科 马克思 慕尼黑 柏拉图 马其顿 巴格达 斯拉夫 吉隆坡 毛利人 鹿特丹 和平鸽
    """.split()
)

# Words of computing and of offices that the dictionary does not have.
MODERN = """
    高亮 解锁 解压 查寻 周数 周报 康柏 罗技 高铁 高配 向导 相册 常量 余量 单击 管理员 应用程序 段落 成员 连线 连接 关联 项目 项数
    全屏 全选 单选 马克 高通 高德 华为 连麦 支付宝 微信 温控 和弦 经办 步骤 步进 石墨烯 安检 安卓 安装包 安全组 应用层 程序员 常用
    方块 方差 方法论 方格 田径 任务栏 任务单 和解 宁愿 鲁棒 段错误 时区 时序 时长 时钟 时段 时限 时效 关键字 路由 路径 金额 付款 余额 车水马龙 陈醋 王老吉 周大福 周生生
""".split()

LEAST = {1: 20, 2: 14, 3: 20, 4: 60}


# The least counts of words that begin with a surname.
LEAST_DOUBTFUL = {2: 2, 3: 8}

# The least count of longer words with a surname and a given name in them.
LEAST_AROUND = 3


def is_han(word):
    return all("\u4e00" <= c <= "\u9fff" for c in word)


def names():
    """The surnames and the characters of given names in `names.txt`."""
    parts = collections.defaultdict(set)
    section = ""
    for line in (pathlib.Path(__file__).parent / "names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif line and not line.startswith("#"):
            parts[section].update(line.split(" ", 1)[1])
    return parts["[surnames]"], parts["[given]"]


def holds_name(word, tag, surnames, given):
    """Whether a surname and a character of given names meet within a word of three or an idiom."""
    places = {3: (1,), 4: (0, 1, 2)}.get(len(word), ())
    if tag.startswith("nr") or (len(word) == 4 and tag[0] not in "il"):
        return False
    return any(word[at] in surnames and word[at + 1] in given for at in places)


def is_name(word, tag, given):
    if not tag.startswith("nr") or word in WORDS:
        return False
    return len(word) > 2 or (word[0] in USUAL and (len(word) == 1 or word[1] in given))


def main():
    surnames, given = names()
    classes = collections.defaultdict(set)
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            word, count, tag = line.split()
            count = int(count)
            if not is_han(word) or is_name(word, tag, given):
                continue
            doubtful = word[0] in surnames and not tag.startswith("nr")
            least = LEAST.get(len(word), 1 << 40)
            least = min(least, LEAST_DOUBTFUL.get(len(word), least)) if doubtful else least
            least = min(least, LEAST_AROUND) if holds_name(word, tag, surnames, given) else least
            if word in WORDS or count >= least:
                classes[max(round(math.log2(count)), 4)].add(word)
    known = set().union(*classes.values())
    classes[5].update(word for word in MODERN if word not in known)
    for key in sorted(classes, reverse=True):
        print(key, " ".join(sorted(classes[key])))


if __name__ == "__main__":
    main()
