//! What speaks for and against a name of a person: before it, in it and behind it.

use super::super::characters::{HanSet, char_at, char_before, is_han};
use super::super::cues::Cue;
use super::super::scan::Scan;
use super::window::Window;

/// What speaks for a name behind it, at most.
pub(super) const MOST_AFTER: f32 = 5.0;
/// Blanks that are looked over at the ends of a line; behind more of them a name counts as alone.
const MOST_BLANKS: usize = 16;

impl Scan<'_> {
    /// Whether only blanks stand before a place on its line.
    pub(super) fn line_begins(&self, at: usize) -> bool {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        let mut before = self.bytes[..at].iter().rev().take(MOST_BLANKS).skip_while(blank);
        before.next().is_none_or(|byte| *byte == b'\n')
    }

    /// Whether only blanks stand behind a place on its line.
    pub(super) fn line_ends(&self, at: usize) -> bool {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r');
        let mut behind = self.bytes[at..].iter().take(MOST_BLANKS).skip_while(blank);
        behind.next().is_none_or(|byte| *byte == b'\n')
    }

    /// What speaks for a name before it.
    pub(super) fn evidence_before(&self, at: usize) -> f32 {
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
        let last = if at > self.read_to { char_before(self.text, at) } else { None };
        match last.filter(|c| is_han(*c)) {
            None if at > self.read_to || at == 0 => 1.5,
            None => 1.0,
            Some(c) if JOINS.contains(c) => 1.0,
            Some(_) => 0.0,
        }
    }

    /// What speaks against a name in its own characters, from the focus of the window to `end`.
    pub(super) fn evidence_within(&self, window: &Window, end: usize, before: f32) -> f32 {
        const LABELLED: f32 = 3.0;
        let name = &window.chars()[window.focus..end];
        // 曹磊因, 张伟在: a word of grammar behind the name.
        if name.len() > 2 && GRAMMAR.contains(name[name.len() - 1]) {
            return 4.0;
        }
        if before >= LABELLED {
            return 0.0;
        }
        // 钱塘江, 向阳花: many names of places and things end so, and few people's.
        let thing = name.len() > 2 && THINGS.contains(name[name.len() - 1]);
        // 卢旺达, 马来语: what is written by its sound goes on to the left and the right.
        let around = [window.focus.checked_sub(1), Some(end)];
        let around = around.into_iter().flatten().filter_map(|place| window.chars().get(place));
        let sounds = name.iter().chain(around).filter(|c| FOREIGN.contains(**c)).count();
        (if thing { 4.0 } else { 0.0 }) + if sounds > 1 { 2.0 * sounds as f32 } else { 0.0 }
    }

    /// What speaks for a name behind it.
    pub(super) fn evidence_after(&self, window: &Window, end: usize) -> f32 {
        let next = window.chars().get(end);
        let Some(next) = next else {
            // The window ends; only where the characters end as well does it say anything.
            let more = char_at(self.text, window.places[end]).is_some_and(is_han);
            return if more { 0.0 } else { 1.5 };
        };
        let rest = &self.text[window.places[end]..];
        if TITLED.contains(*next) && TITLES.iter().any(|title| rest.starts_with(title)) {
            return MOST_AFTER;
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
        let followed = window.chars().get(end + 1).is_some_and(|after| {
            self.lexicon.word(&[*next, *after]).is_some_and(|share| share > -11.0)
        });
        if followed { 0.7 } else { 0.0 }
    }
}

/// Last characters of many names of places and things, and of few of people: 钱塘江, 向阳花.
static THINGS: HanSet = HanSet::of(
    "江河湖岭岛港湾桥路街寺庙塔县市区村镇花草树木鱼鸟茶酒药郡州省语族教派粉素酱菇汤油盐糖醋蛋奶\
    肉饭饼糕汁机剂膏丸权金会牌",
);

/// Words of grammar that end no given name.
static GRAMMAR: HanSet =
    HanSet::of("因在于是说的已将与被向对由从并也都很不没和及或但而就把给让跟同");

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_pass_every_word() {
        let first = |word: &&str| word.chars().next().unwrap();
        assert!(VERBS.iter().all(|verb| VERB.contains(first(verb))));
        assert!(TITLES.iter().all(|title| TITLED.contains(first(title))));
    }
}
