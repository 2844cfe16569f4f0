//! Names of people that are written in parts joined by dots: 阿依古丽·买买提.

use super::super::Kind;
use super::super::characters::{HanSet, char_at, char_before, is_han};
use super::super::cues::Cue;
use super::super::lexicon::Lexicon;
use super::super::scan::Scan;

impl Scan<'_> {
    /// A name of parts joined by dots, around the dot at a place; where to go on.
    pub(in super::super) fn dotted_name(&mut self, at: usize) -> usize {
        let dot = char_at(self.text, at).map_or(1, char::len_utf8);
        let Some(first) = self.sounds_before(at) else { return at + dot };
        let mut end = at + dot;
        let mut parts = 1;
        loop {
            let part = self.sounds_behind(end);
            if part == end {
                return at + dot;
            }
            parts += 1;
            end = part;
            match char_at(self.text, end).filter(|c| is_dot(*c)) {
                Some(c) if parts < 4 => end += c.len_utf8(),
                _ => break,
            }
        }
        let characters = self.text[first..end].chars().count() - (parts - 1);
        self.work(characters);
        let labelled = self.is_labelled(Cue::Name, first);
        if characters >= 4 || labelled {
            self.push(first..end, Kind::PersonName, if labelled { 0.95 } else { 0.85 });
            return end;
        }
        at + dot
    }

    /// Where the characters of sounds before a dot begin; none where they are part of more.
    fn sounds_before(&self, at: usize) -> Option<usize> {
        const MOST: usize = 8;
        static JOINS: HanSet = HanSet::of("和与及跟同对向给由被让请找问为叫是的了者人有名位");
        let mut start = at;
        let mut count = 0;
        while start > self.term_to
            && count < MOST
            && let Some(c) = char_before(self.text, start).filter(|c| SOUNDS.contains(*c))
        {
            start -= c.len_utf8();
            count += 1;
        }
        let bounded = start <= self.term_to
            || char_before(self.text, start).is_none_or(|c| !is_han(c) || JOINS.contains(c));
        (count > 0 && (bounded || count >= 3)).then_some(start)
    }

    /// Where the characters of sounds behind a dot end.
    fn sounds_behind(&self, at: usize) -> usize {
        const MOST: usize = 8;
        let lexicon = Lexicon::builtin();
        let mut end = at;
        let mut chars = self.text[at..].chars().take(MOST + 1).peekable();
        let mut count = 0;
        while let Some(c) = chars.next().filter(|c| SOUNDS.contains(*c)) {
            // 因为 in "买买提因为" is a word, not a sound.
            let word = chars.peek().is_some_and(|next| {
                !SOUNDS.contains(*next)
                    && lexicon.word(&[c, *next]).is_some_and(|share| share > -11.5)
            });
            if count == MOST || (word && count > 0) {
                break;
            }
            end += c.len_utf8();
            count += 1;
        }
        end
    }
}

/// Whether a character joins the parts of a name.
pub(in super::super) fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '‧' | '∙')
}

/// Characters that names of other languages are written with.
static SOUNDS: HanSet = HanSet::of(
    "阿艾爱安奥巴白拜班邦保鲍贝本比毕波伯勃卜布不才茨次达戴丹当道德登邓迪蒂丁东都杜敦顿多厄恩尔法凡菲费芬丰冯夫弗福\
    盖甘冈戈哥格根贡古瓜圭郭果哈海汉罕豪赫亨洪侯胡华霍基吉加迦简江杰金京居君喀卡凯坎康考科可克肯库夸拉莱兰朗劳勒雷蕾黎里理力利丽莉连列林伦龙隆卢鲁露\
    罗洛吕马玛麦曼茂梅门蒙孟米密明摩莫默姆木穆娜乃奈南瑙内妮尼涅宁纽农努诺欧帕潘庞培佩彭皮平珀普其奇齐恰乔切琴丘却让热仁日荣茹瑞若撒萨赛桑色森沙莎珊尚\
    绍舍申圣什史士斯丝松苏孙索塔台坦汤唐陶特提田铁廷通图土托瓦万旺威维韦温翁沃乌吾武西希锡夏香肖晓歇谢辛欣休许雅亚延扬耶叶伊依以因英尤于约扎詹张哲珍芝朱\
    兹祖佐孜买再吐逊合玉素甫增卓旦嘉措央仓花娅库肉守衣妮甫孜姑汗夏赛坎别叶拜贾图呼其热次顿珠洛多班觉索朗白普布边巴强仁旺堆嫩萝薇黛琳妲缇琪姬蜜雪儿柯翰浩森逸韩沈亨德华",
);
