//! Names of people in Chinese characters.
//!
//! A surname begins a candidate. Two readings of the characters around it are compared: the best
//! way to cut them into words, and the best one with a name in it. Both are products of shares
//! from the [`Lexicon`], as in a unigram model of segmentation; what stands directly before and
//! after adds to the side of the name. Nothing is trained.

use super::Kind;
use super::characters::{HanSet, char_at, char_before, is_han};
use super::cues::Cue;
use super::lexicon::Lexicon;
use super::scan::Scan;

/// Natural logarithm of the share of names among the words of a text.
const NAME: f32 = -4.8;
/// Of names, those with one character after the surname, and with two.
const ONE_GIVEN: f32 = -1.6;
const TWO_GIVEN: f32 = -0.3;
/// The least advantage over words alone.
const LEAST: f32 = 2.5;
/// Blanks that are looked over at the ends of a line; behind more of them a name counts as alone.
const MOST_BLANKS: usize = 16;
/// What it says for a name that nothing else stands on its line.
const ALONE: f32 = 2.0;
/// A word of two characters that is on no list.
const UNKNOWN: f32 = -17.5;

/// Han characters around a place.
struct Window {
    chars: [char; Self::MOST],
    /// Where each begins in the text; one more for the end.
    places: [usize; Self::MOST + 1],
    len: usize,
    /// Which of them is at the place.
    focus: usize,
}

impl Window {
    const BEFORE: usize = 3;
    const AFTER: usize = 8;
    const MOST: usize = Self::BEFORE + Self::AFTER;

    /// Up to three characters before a place, not before `from`, and up to eight from it on.
    fn of(text: &str, at: usize, from: usize) -> Self {
        let mut before = ['\0'; Self::BEFORE];
        let mut count = 0;
        let mut start = at;
        while count < Self::BEFORE
            && start > from
            && let Some(c) = char_before(text, start).filter(|c| is_han(*c))
        {
            start -= c.len_utf8();
            before[count] = c;
            count += 1;
        }
        let mut window =
            Self { chars: ['\0'; Self::MOST], places: [0; Self::MOST + 1], len: 0, focus: count };
        let after = text[at..].chars().take_while(|c| is_han(*c)).take(Self::AFTER);
        let mut place = start;
        for c in before[..count].iter().rev().copied().chain(after) {
            window.chars[window.len] = c;
            window.places[window.len] = place;
            place += c.len_utf8();
            window.len += 1;
        }
        window.places[window.len] = place;
        window
    }

    fn chars(&self) -> &[char] {
        &self.chars[..self.len]
    }

    /// For each character, the best way to cut all from it to the end into words.
    fn tails(&self, lexicon: &Lexicon) -> [f32; Self::MOST + 1] {
        let mut tails = [0.0; Self::MOST + 1];
        for start in (0..self.len).rev() {
            let mut best = lexicon.character(self.chars[start]).word + tails[start + 1];
            if start + 1 < self.len {
                best = best.max(UNKNOWN + tails[start + 2]);
            }
            if start + 1 < self.len
                && let Some(pair) = lexicon.pair(self.chars[start], self.chars[start + 1])
            {
                if let Some(share) = pair.share() {
                    best = best.max(share + tails[start + 2]);
                }
                let third = self.chars().get(start + 2);
                if let Some(share) = third.and_then(|third| lexicon.longer(pair, *third, None)) {
                    best = best.max(share + tails[start + 3]);
                }
                if let Some([third, fourth]) = self.chars().get(start + 2..start + 4)
                    && let Some(share) = lexicon.longer(pair, *third, Some(*fourth))
                {
                    best = best.max(share + tails[start + 4]);
                }
            }
            tails[start] = best;
        }
        tails
    }

    /// The best way to cut all before the focus into words.
    fn head(&self, lexicon: &Lexicon) -> f32 {
        let mut heads = [Lexicon::NEVER * 4.0; Self::BEFORE + 1];
        heads[0] = 0.0;
        for end in 1..=self.focus {
            for start in 0..end {
                let share = match &self.chars[start..end] {
                    [one] => Some(lexicon.character(*one).word),
                    pair @ [_, _] => Some(lexicon.word(pair).unwrap_or(UNKNOWN)),
                    word => lexicon.word(word),
                };
                if let Some(share) = share {
                    heads[end] = heads[end].max(heads[start] + share);
                }
            }
        }
        heads[self.focus]
    }
}

impl Scan<'_> {
    /// The name that begins with the surname at a place.
    pub(super) fn chinese_name(&mut self, at: usize) -> Option<usize> {
        let lexicon = self.lexicon;
        if !self.may_be_name(at) {
            return None;
        }
        let window = Window::of(self.text, at, self.read_to);
        let rest = window.len - window.focus;
        if rest < 2 {
            return None;
        }
        self.work(window.len * 2);
        let tails = window.tails(lexicon);
        let mut best: Option<(usize, f32)> = None;
        let mut readings = [(0, 0.0); 4];
        let n = name_readings(lexicon, &window, &mut readings);
        if n == 0 {
            return None;
        }
        let before = self.evidence_before(at, &window);
        let begins_line = self.line_begins(at);
        let head = window.head(lexicon) - tails[0];
        for (length, share) in &readings[..n] {
            let end = window.focus + length;
            let after = self.evidence_after(lexicon, &window, end);
            let against = self.evidence_within(&window, end, before);
            let alone = if begins_line && self.line_ends(window.places[end]) { ALONE } else { 0.0 };
            let advantage = head + NAME + share + tails[end] + before + after + alone - against;
            if best.is_none_or(|(_, best)| advantage > best) {
                best = Some((*length, advantage));
            }
        }
        let (length, advantage) = best.filter(|(_, advantage)| *advantage >= LEAST)?;
        let end = window.places[window.focus + length];
        self.push(at..end, Kind::PersonName, (0.6 + advantage * 0.03).min(0.97));
        Some(end)
    }

    /// Whether the characters at a place are no usual word, which ends most candidates early.
    fn may_be_name(&self, at: usize) -> bool {
        const USUAL: f32 = -10.5;
        let mut chars = self.text[at..].chars();
        let (Some(first), Some(second)) = (chars.next(), chars.next()) else { return false };
        is_han(second)
            && (self.lexicon.word(&[first, second]).is_none_or(|share| share < USUAL)
                || self.is_labelled(Cue::Name, at))
    }

    /// Whether only blanks stand before a place on its line.
    fn line_begins(&self, at: usize) -> bool {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        let mut before = self.bytes[..at].iter().rev().take(MOST_BLANKS).skip_while(blank);
        before.next().is_none_or(|byte| *byte == b'\n')
    }

    /// Whether only blanks stand behind a place on its line.
    fn line_ends(&self, at: usize) -> bool {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
        let mut behind = self.bytes[at..].iter().take(MOST_BLANKS).skip_while(blank);
        behind.next().is_none_or(|byte| *byte == b'\n')
    }

    /// What speaks for a name before it.
    fn evidence_before(&self, at: usize, window: &Window) -> f32 {
        static JOINS: HanSet =
            HanSet::of("和与及跟同对向给由被让请找问为叫是据说称替帮陪派约部科处");
        if let Some((cue, gap)) = self.cues.labelled(self.text, at) {
            let stated = gap.contains([':', '：']);
            match cue {
                Cue::Name if stated => return 7.0,
                Cue::Name => return 3.5,
                Cue::Thing | Cue::Address | Cue::Organisation if gap.is_empty() || stated => {
                    return -2.0;
                }
                _ => {}
            }
        }
        match window.focus.checked_sub(1).map(|place| window.chars[place]) {
            None if at > self.read_to || at == 0 => 1.5,
            None => 1.0,
            Some(c) if JOINS.contains(c) => 1.0,
            Some(_) => 0.0,
        }
    }

    /// What speaks against a name in its own characters, from the focus of the window to `end`.
    fn evidence_within(&self, window: &Window, end: usize, before: f32) -> f32 {
        const LABELLED: f32 = 3.0;
        if before >= LABELLED {
            return 0.0;
        }
        let name = &window.chars()[window.focus..end];
        // 钱塘江, 向阳花: many names of places and things end so, and few people's.
        let thing = name.len() > 2 && THINGS.contains(name[name.len() - 1]);
        // 卢旺达, 马来语: what is written by its sound goes on to the left and the right.
        let around = [window.focus.checked_sub(1), Some(end)];
        let around = around.into_iter().flatten().filter_map(|place| window.chars().get(place));
        let sounds = name.iter().chain(around).filter(|c| FOREIGN.contains(**c)).count();
        (if thing { 4.0 } else { 0.0 }) + if sounds > 1 { 2.0 * sounds as f32 } else { 0.0 }
    }

    /// What speaks for a name behind it.
    fn evidence_after(&self, lexicon: &Lexicon, window: &Window, end: usize) -> f32 {
        let next = window.chars().get(end);
        let Some(next) = next else {
            // The window ends; only where the characters end as well does it say anything.
            let more = char_at(self.text, window.places[end]).is_some_and(is_han);
            return if more { 0.0 } else { 1.5 };
        };
        let rest = &self.text[window.places[end]..];
        if TITLED.contains(*next) && TITLES.iter().any(|title| rest.starts_with(title)) {
            return 5.0;
        }
        if VERB.contains(*next) && VERBS.iter().any(|verb| rest.starts_with(verb)) {
            return 3.0;
        }
        // 桂芳县, 文明路: a place of that name.
        if PLACES.contains(*next) {
            return -5.0;
        }
        if BEHIND.contains(*next) {
            return 1.0;
        }
        let followed = window
            .chars()
            .get(end + 1)
            .is_some_and(|after| lexicon.word(&[*next, *after]).is_some_and(|share| share > -11.0));
        if followed { 0.7 } else { 0.0 }
    }

    /// A name of parts joined by dots, around the dot at a place; where to go on.
    pub(super) fn dotted_name(&mut self, at: usize) -> usize {
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

/// The ways in which the characters at the focus can be a name: length and share.
fn name_readings(lexicon: &Lexicon, window: &Window, readings: &mut [(usize, f32); 4]) -> usize {
    let chars = &window.chars()[window.focus..];
    let given = |place: usize| chars.get(place).map(|c| lexicon.character(*c).given);
    let mut count = 0;
    let mut add = |length: usize, share: f32| {
        readings[count] = (length, share);
        count += 1;
    };
    let surname = lexicon.character(chars[0]).surname;
    if surname > Lexicon::NEVER
        && let Some(one) = given(1)
    {
        add(2, surname + ONE_GIVEN + one);
        if let Some(two) = given(2) {
            add(3, surname + TWO_GIVEN + one + two);
        }
    }
    if let Some(surname) = lexicon.long_surname(chars[0], chars[1])
        && let Some(one) = given(2)
    {
        add(3, surname + ONE_GIVEN + one);
        if let Some(two) = given(3) {
            add(4, surname + TWO_GIVEN + one + two);
        }
    }
    count
}

/// Whether a character joins the parts of a name.
pub(super) fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '‧' | '∙')
}

/// Last characters of many names of places and things, and of few of people: 钱塘江, 向阳花.
static THINGS: HanSet =
    HanSet::of("江河湖岭岛港湾桥路街寺庙塔县市区村镇花草树木鱼鸟茶酒药郡州省语族教派市");

/// Words for places, where they follow a name.
static PLACES: HanSet = HanSet::of("省市县区镇乡村州郡盟旗屯庄路街巷桥河江湖山岛港湾站寺庙");

/// Characters that names of other languages are written with, and seldom those of China.
static FOREIGN: HanSet = HanSet::of(
    "斯尔姆克特卡托尼亚拉瓦萨诺菲贝蒂鲁巴普迪奥埃扎塔兹伦宾顿罗莫索戈格基科比布伊阿乌其吉达马里利洛莱\
     维泽霍哈耶茨森温沃韦曼班坦甘圭旺宛语",
);

/// What people do and have, where it follows a name.
const VERBS: &[&str] = &[
    "就职",
    "任职",
    "供职",
    "毕业",
    "出生",
    "介绍",
    "反映",
    "自述",
    "报警",
    "来电",
    "致电",
    "投诉",
    "表示",
    "透露",
    "回忆",
    "认为",
    "告诉",
    "指出",
    "强调",
    "坦言",
    "入职",
    "离职",
    "住院",
    "就诊",
    "确诊",
    "入院",
    "出院",
    "居住",
    "户籍",
    "驾驶",
    "持有",
    "涉嫌",
    "报名",
    "签名",
    "签字",
    "签收",
    "收货",
    "付款",
    "昨天",
    "今天",
    "明天",
    "昨晚",
    "今早",
    "本人",
    "一家",
    "夫妇",
    "父子",
    "母女",
    "两人",
    "二人",
    "等人",
    "向法院",
    "诉称",
    "辩称",
    "述称",
    "到庭",
    "的身份证",
    "的手机",
    "的电话",
    "的银行卡",
    "的丈夫",
    "的妻子",
    "的父亲",
    "的母亲",
    "的儿子",
    "的女儿",
    "的包裹",
    "的病历",
    "的账户",
    "自称",
    "打电话",
    "于昨",
    "于今",
    "于明",
    "于上",
    "于下",
    "于本",
    "于当",
];

/// First characters of the words in [`VERBS`].
static VERB: HanSet = HanSet::of(
    "就任供毕出介反自报来致投表透回认告指强坦入离住确居户驾持涉签收付昨今明本一夫父母两二等向诉辩述到的打于",
);

/// Characters that often follow a name.
static BEHIND: HanSet = HanSet::of("的说在于因是已曾称等男女现将住");

/// First characters of the words in [`TITLES`].
static TITLED: HanSet =
    HanSet::of("先女小同老医教主经博律大护书局院校师阿叔奶爷警法总董处科部市县镇村队组班工副");

/// Words that follow a name.
const TITLES: &[&str] = &[
    "先生",
    "女士",
    "小姐",
    "同志",
    "同学",
    "老师",
    "医生",
    "医师",
    "教授",
    "主任",
    "经理",
    "博士",
    "律师",
    "大夫",
    "护士",
    "书记",
    "局长",
    "院长",
    "校长",
    "师傅",
    "阿姨",
    "叔叔",
    "大爷",
    "大妈",
    "奶奶",
    "爷爷",
    "警官",
    "法官",
    "总监",
    "董事长",
    "处长",
    "科长",
    "部长",
    "市长",
    "县长",
    "镇长",
    "村长",
    "队长",
    "组长",
    "班长",
    "工程师",
    "副主任",
    "院士",
];

/// Characters that names of other languages are written with.
static SOUNDS: HanSet = HanSet::of(
    "阿艾爱安奥巴白拜班邦保鲍贝本比毕波伯勃卜布不才茨次达戴丹当道德登邓迪蒂丁东都杜敦顿多厄恩尔法凡菲费芬丰冯夫弗福\
    盖甘冈戈哥格根贡古瓜圭郭果哈海汉罕豪赫亨洪侯胡华霍基吉加迦简江杰金京居君喀卡凯坎康考科可克肯库夸拉莱兰朗劳勒雷蕾黎里理力利丽莉连列林伦龙隆卢鲁露\
    罗洛吕马玛麦曼茂梅门蒙孟米密明摩莫默姆木穆娜乃奈南瑙内妮尼涅宁纽农努诺欧帕潘庞培佩彭皮平珀普其奇齐恰乔切琴丘却让热仁日荣茹瑞若撒萨赛桑色森沙莎珊尚\
    绍舍申圣什史士斯丝松苏孙索塔台坦汤唐陶特提田铁廷通图土托瓦万旺威维韦温翁沃乌吾武西希锡夏香肖晓歇谢辛欣休许雅亚延扬耶叶伊依以因英尤于约扎詹张哲珍芝朱\
    兹祖佐孜买再吐逊合玉素甫增卓旦嘉措央仓花娅库肉守衣妮甫孜姑汗夏赛坎别叶拜贾图呼其热次顿珠洛多班觉索朗白普布边巴强仁旺堆嫩萝薇黛琳妲缇琪姬蜜雪儿柯翰浩森逸韩沈亨德华",
);

#[cfg(test)]
mod tests {
    use super::super::TextScanner;
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let spans = TextScanner::new().spans(text);
        let names = spans.into_iter().filter(|span| span.kind == Kind::PersonName);
        names.map(|span| &text[span.range]).collect()
    }

    #[test]
    fn names_in_prose() {
        for (text, wanted) in [
            ("张伟昨天来过", "张伟"),
            ("今天上午李建国到医院复诊", "李建国"),
            ("请通知欧阳娜娜参加会议", "欧阳娜娜"),
            ("姓名：诸葛明", "诸葛明"),
            ("王秀英", "王秀英"),
            ("患者阿依古丽·买买提因为头痛就诊", "阿依古丽·买买提"),
            ("由陈晓东负责", "陈晓东"),
            ("记者从周婷处了解到", "周婷"),
        ] {
            assert_eq!(names(text), [wanted], "{text}");
        }
        assert_eq!(names("参会人员：张伟、李娜、王芳。"), ["张伟", "李娜", "王芳"]);
        assert_eq!(names("张三\n 李四 \n王五\n出席"), ["张三", "李四", "王五"]);
    }

    #[test]
    fn the_filters_pass_every_word() {
        let first = |word: &&str| word.chars().next().unwrap();
        assert!(VERBS.iter().all(|verb| VERB.contains(first(verb))));
        assert!(TITLES.iter().all(|title| TITLED.contains(first(title))));
    }

    #[test]
    fn words_that_begin_like_names() {
        for text in [
            "他在高中读书",
            "王国的历史",
            "于是大家都走了",
            "马上就到",
            "方法很多",
            "白天很热",
            "黄金价格上涨",
            "任务已经完成",
            "余额不足",
            "时间到了",
            "和平发展",
            "高兴地说",
            "成功的关键",
            "何时出发",
            "安全第一",
            "石油和天然气",
            "江苏省",
            "马鞍山",
            "水果",
            "许多人都在",
            "老师于是笑了",
            "单位组织体检",
            "高血压",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
    }
}
