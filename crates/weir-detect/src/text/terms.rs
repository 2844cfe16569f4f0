//! Words in Chinese characters that readers act on, found by their longest form.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::lists::List;

use super::Kind;
use super::characters::three_bytes;
use super::cues::{Cue, LABELS};
use super::scan::Scan;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// It announces what comes next.
    Label(Cue),
    /// A name of an administrative division of two characters or more.
    Division,
    /// The end of the name of an organisation.
    Organisation {
        /// Whether it is an ordinary word as well, such as 医院.
        weak: bool,
    },
    /// It is something by itself.
    Content(Kind),
}

/// Words by their first two characters, with a filter that most pairs of characters fail.
#[derive(Debug)]
pub(super) struct Terms {
    /// One bit for each place.
    filter: Vec<u64>,
    /// For two characters the words that begin with them, as a range of `words`.
    buckets: FxHashMap<u32, (u32, u32)>,
    /// The third character, all that follows the two, and what the word is, the longest first.
    words: Vec<(u16, Box<str>, Term)>,
}

/// Bits of the filter.
const FILTER: usize = 1 << 16;

/// The place in the filter of two characters.
fn place(first: u16, second: u16) -> usize {
    let mixed =
        u32::from(first).wrapping_mul(0x9E37_79B1) ^ u32::from(second).wrapping_mul(0x85EB_CA6B);
    (mixed >> 16) as usize & (FILTER - 1)
}

/// The pair of characters that a word begins with.
fn pair(first: u16, second: u16) -> u32 {
    u32::from(first) << 16 | u32::from(second)
}

impl Terms {
    /// The lists that weir comes with.
    pub(super) fn builtin() -> &'static Self {
        static TERMS: OnceLock<Terms> = OnceLock::new();
        TERMS.get_or_init(Self::read)
    }

    fn read() -> Self {
        // For a pair, the rests of words from the longest to the shortest.
        let mut all: BTreeMap<(u32, Reverse<usize>, String), Term> = BTreeMap::new();
        // Words that begin with two Han characters; the first meaning given stays.
        let mut add = |word: &str, term: Term| {
            if !word.chars().take(2).all(super::characters::is_han) {
                return;
            }
            let bytes = word.as_bytes();
            let (Some(first), Some(second)) = (three_bytes(bytes, 0), three_bytes(bytes, 3)) else {
                return;
            };
            let rest = word[6..].to_owned();
            all.entry((pair(first, second), Reverse(rest.len()), rest)).or_insert(term);
        };
        for (cue, words) in LABELS {
            words.split_whitespace().for_each(|word| add(word, Term::Label(*cue)));
        }
        for (term, words) in CONTENTS {
            words.split_whitespace().for_each(|word| add(word, *term));
        }
        for group in ETHNIC_GROUPS.split_whitespace() {
            add(&format!("{group}族"), Term::Content(Kind::Ethnicity));
        }
        List::Divisions.words().iter().for_each(|word| add(word, Term::Division));
        let mut terms = Self {
            filter: vec![0; FILTER / 64],
            buckets: FxHashMap::default(),
            words: Vec::with_capacity(all.len()),
        };
        for ((key, _, rest), term) in all {
            let place = place((key >> 16) as u16, (key & 0xFFFF) as u16);
            terms.filter[place / 64] |= 1 << (place % 64);
            let end = u32::try_from(terms.words.len()).expect("the lists hold fewer words");
            terms.buckets.entry(key).or_insert((end, end)).1 = end + 1;
            let third = three_bytes(rest.as_bytes(), 0).unwrap_or(0);
            terms.words.push((third, rest.into(), term));
        }
        terms
    }

    /// Characters that words begin with.
    pub(super) fn firsts(&self) -> impl Iterator<Item = u16> {
        self.buckets.keys().map(|key| (key >> 16) as u16)
    }

    /// The longest word of the lists that begins at a place, and where it ends.
    #[inline]
    pub(super) fn longest(&self, text: &str, at: usize) -> Option<(Term, usize)> {
        let bytes = text.as_bytes();
        let (first, second) = (three_bytes(bytes, at)?, three_bytes(bytes, at + 3)?);
        let bit = place(first, second);
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        self.listed(bytes, at + 6, pair(first, second))
    }

    /// The longest word that begins with a pair which ends at a place.
    fn listed(&self, bytes: &[u8], at: usize, pair: u32) -> Option<(Term, usize)> {
        let (from, to) = *self.buckets.get(&pair)?;
        let words = &self.words[from as usize..to as usize];
        let third = three_bytes(bytes, at).unwrap_or(0);
        let fits = |(first, rest, _): &&(u16, Box<str>, Term)| {
            rest.is_empty() || (*first == third && bytes[at..].starts_with(rest.as_bytes()))
        };
        let (_, rest, term) = words.iter().find(fits)?;
        Some((*term, at + rest.len()))
    }
}

impl Scan<'_> {
    /// Acts on a word; where to go on.
    pub(super) fn term(&mut self, term: Term, at: usize, end: usize) -> usize {
        match term {
            Term::Label(cue) => {
                self.cues.note(cue, end);
                self.label_to = end;
                if cue == Cue::Secret { self.secret_behind(end) } else { end }
            }
            Term::Division => self.address_from(at, end).unwrap_or(end),
            Term::Organisation { weak } => self.organisation(at, end, weak),
            Term::Content(kind) => {
                if kind != Kind::Ethnicity || !self.text[end..].starts_with(NOT_ETHNIC) {
                    let start = if kind == Kind::Diagnosis { self.typed(at) } else { at };
                    self.push(start..end, kind, 0.85);
                }
                end
            }
        }
    }
}

impl Scan<'_> {
    /// Where a diagnosis begins whose type stands before it: 2型糖尿病.
    fn typed(&self, at: usize) -> usize {
        let before = self.text[..at].strip_suffix('型');
        let digit = before.and_then(|before| before.chars().next_back());
        digit
            .filter(|c| "12一二ⅠⅡ１２".contains(*c))
            .map_or(at, |c| at - '型'.len_utf8() - c.len_utf8())
    }
}

/// What follows the name of an ethnic group where a place or a thing is meant.
const NOT_ETHNIC: [char; 8] = ['自', '乡', '馆', '文', '风', '服', '歌', '舞'];

/// The 56 ethnic groups of China (GB/T 3304-1991) without 水, 高山, 京 and 土, which are words.
const ETHNIC_GROUPS: &str = "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 \
    拉祜 东乡 纳西 景颇 柯尔克孜 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 \
    德昂 保安 裕固 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺";

/// Words that are something by themselves, and ends of names of organisations.
#[rustfmt::skip]
const CONTENTS: &[(Term, &str)] = &[
    (Term::Organisation { weak: false }, "有限公司 有限责任公司 股份有限公司 集团有限公司 股份公司 集团公司 分公司 律师事务所 会计师事务所 税务师事务所"),
    (Term::Organisation { weak: true }, "医院 大学 学院 中学 小学 幼儿园 银行 支行 分行 研究所 公安局 派出所 人民法院 人民检察院 卫生院 保险公司 出版社 委员会 事务所 合作社 工作室 研究院 设计院"),
    (Term::Content(Kind::Diagnosis), "高血压 高血压病 糖尿病 1型糖尿病 冠心病 肺炎 胃溃疡 十二指肠溃疡 甲状腺结节 甲状腺癌 甲亢 甲减 甲状腺功能亢进 甲状腺功能减退 乳腺癌 乳腺增生 \
        肺癌 肝癌 胃癌 肠癌 结肠癌 直肠癌 食管癌 胰腺癌 宫颈癌 卵巢癌 前列腺癌 膀胱癌 鼻咽癌 肝硬化 脂肪肝 慢性胃炎 胃炎 肠炎 结肠炎 支气管炎 支气管哮喘 哮喘 \
        脑梗死 脑梗塞 脑出血 脑卒中 中风 偏瘫 抑郁症 焦虑症 双相情感障碍 精神分裂症 强迫症 失眠症 腰椎间盘突出 腰椎间盘突出症 颈椎病 肩周炎 骨质疏松 骨质疏松症 \
        阑尾炎 急性阑尾炎 缺铁性贫血 贫血 再生障碍性贫血 类风湿关节炎 类风湿性关节炎 关节炎 骨关节炎 强直性脊柱炎 痛风 高尿酸血症 高脂血症 高血脂 慢性肾衰竭 肾衰竭 \
        尿毒症 肾炎 肾病综合征 肾结石 胆结石 胆囊结石 胆囊炎 胰腺炎 心房颤动 房颤 心肌梗死 心肌梗塞 心力衰竭 心衰 心绞痛 心肌炎 心律失常 肺结核 结核病 肺气肿 慢阻肺 \
        慢性阻塞性肺疾病 肺栓塞 白血病 淋巴瘤 骨髓瘤 血友病 帕金森病 阿尔茨海默病 老年痴呆 癫痫 多发性硬化 系统性红斑狼疮 红斑狼疮 银屑病 湿疹 荨麻疹 带状疱疹 艾滋病 \
        乙型肝炎 丙型肝炎 乙肝 丙肝 肝炎 梅毒 淋病 尖锐湿疣 白内障 青光眼 中耳炎 鼻炎 咽炎 扁桃体炎 鼻窦炎 子宫肌瘤 子宫内膜异位症 多囊卵巢综合征 盆腔炎 不孕症 流产 \
        前列腺炎 前列腺增生 痔疮 疝气 骨折 股骨骨折 脑震荡 败血症 自闭症 孤独症 多动症 唐氏综合征 手足口病 水痘 麻疹 猩红热 静脉曲张 动脉粥样硬化 胃食管反流病 肠梗阻"),
    (Term::Content(Kind::Medication), "阿司匹林 阿司匹林肠溶片 二甲双胍 二甲双胍片 盐酸二甲双胍 阿莫西林 阿莫西林胶囊 硝苯地平 硝苯地平控释片 氨氯地平 苯磺酸氨氯地平 \
        阿托伐他汀 阿托伐他汀钙片 瑞舒伐他汀 辛伐他汀 奥美拉唑 奥美拉唑肠溶胶囊 泮托拉唑 雷贝拉唑 布洛芬 布洛芬缓释胶囊 对乙酰氨基酚 氯吡格雷 氯吡格雷片 华法林 利伐沙班 \
        头孢克肟 头孢克肟胶囊 头孢呋辛 头孢曲松 头孢地尼 缬沙坦 缬沙坦胶囊 厄贝沙坦 氯沙坦 胰岛素 胰岛素注射液 甘精胰岛素 左氧氟沙星 左氧氟沙星片 莫西沙星 阿奇霉素 罗红霉素 \
        克拉霉素 青霉素 卡托普利 依那普利 美托洛尔 比索洛尔 螺内酯 呋塞米 氢氯噻嗪 格列美脲 阿卡波糖 达格列净 西格列汀 左甲状腺素 泼尼松 甲泼尼龙 地塞米松 孟鲁司特 沙丁胺醇 \
        氯雷他定 西替利嗪 舍曲林 帕罗西汀 氟西汀 艾司西酞普兰 奥氮平 利培酮 喹硫平 阿普唑仑 地西泮 艾司唑仑 卡马西平 丙戊酸钠 左乙拉西坦 碳酸锂 吗啡 曲马多 甲氨蝶呤 \
        环磷酰胺 紫杉醇 奥沙利铂 卡培他滨 吉非替尼 奥希替尼 伊马替尼 恩替卡韦 替诺福韦 奥司他韦 利巴韦林 别嘌醇 非布司他 秋水仙碱 蒙脱石散 板蓝根 连花清瘟 布地奈德"),
    (Term::Content(Kind::MaritalStatus), "未婚 已婚 离异 丧偶"),
    (Term::Content(Kind::PoliticalStatus), "中共党员 共青团员 预备党员 中共预备党员"),
    (Term::Content(Kind::Religion), "信仰佛教 信佛教 信奉佛教 信仰基督教 信基督教 信仰伊斯兰教 信仰天主教 信仰道教"),
];
