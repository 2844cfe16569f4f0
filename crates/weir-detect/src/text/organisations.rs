//! Names of organisations in Chinese characters.

use super::Kind;
use super::characters::{HanSet, char_before, is_han};
use super::cues::Cue;
use super::scan::Scan;
use super::terms::Term;

/// Words before a name: it begins behind them.
static BEFORE: HanSet = HanSet::of("的了在是为被把从向对给由于至让请找叫家某该本此各到去与及来");

impl Scan<'_> {
    /// The name that ends with a word such as 有限公司; where to go on. A `weak` word, such as
    /// 医院, makes a name only behind a place or a label.
    pub(super) fn organisation(&mut self, at: usize, end: usize, weak: bool) -> usize {
        const MOST: usize = 20;
        let mut start = at;
        let mut count = 0;
        while count < MOST
            && start > self.label_to
            && let Some(c) = char_before(self.text, start)
            && (is_han(c) || c.is_ascii_alphanumeric() || matches!(c, '（' | '）' | '(' | ')'))
            && !BEFORE.contains(c)
        {
            // 张伟和北京某某公司 names two; 浙江正和律师事务所 is one.
            if c == '和' && self.parts_two(start) {
                break;
            }
            start -= c.len_utf8();
            count += 1;
        }
        self.work(count);
        // Brackets that were opened before belong to what stands before.
        let lead = self.text[start..at].len()
            - self.text[start..at].trim_start_matches(['(', '（', ')', '）']).len();
        let lead = opened(&self.text[start + lead..at]).map_or(lead, |close| lead + close);
        let start = start + lead;
        let name = &self.text[start..at];
        let placed = matches!(self.terms.longest(self.text, start), Some((Term::Division, _)));
        let labelled = self.is_labelled(Cue::Organisation, start);
        let hidden = char_before(self.text, start) == Some('某');
        let of_a_sort = name.starts_with(GENERIC)
            || SORTS.iter().any(|sort| name.starts_with(sort))
            || (weak && SENTENCES.iter().any(|word| name.contains(word)));
        if name.chars().count() < 2 || hidden || of_a_sort || (weak && !placed && !labelled) {
            return end;
        }
        self.push(start..end, Kind::Organisation, if weak { 0.75 } else { 0.92 });
        end
    }
}

impl Scan<'_> {
    /// Whether the 和 that ends at a place stands between two names: a name of a person before
    /// it, or a place behind it.
    fn parts_two(&self, end: usize) -> bool {
        let start = end - '和'.len_utf8();
        let place = matches!(self.terms.longest(self.text, end), Some((Term::Division, _)));
        place || self.names_end(start)
    }
}

/// Where a bracket is closed that was not opened, and the text goes on: behind it.
fn opened(text: &str) -> Option<usize> {
    let close = text.find([')', '）'])?;
    let opens = text[..close].contains(['(', '（']);
    (!opens).then(|| close + text[close..].chars().next().map_or(0, char::len_utf8))
}

/// Words before 有限公司 and the like that name none: companies of a sort.
const SORTS: &[&str] = &[
    "设立",
    "成立",
    "注册",
    "组建",
    "国有",
    "外资",
    "外商",
    "中外",
    "合资",
    "其他",
    "上市",
    "非上市",
    "有关",
    "相关",
    "大型",
    "中型",
    "小型",
    "中小",
    "私营",
    "民营",
    "或者",
    "以及",
    "包括",
    "普通",
    "登记",
    "依法",
    "改制",
    "变更",
    "投资设立",
    "责任",
];

/// Words of sentences, which are in no name.
const SENTENCES: &[&str] = &[
    "应当", "可以", "不得", "按照", "委托", "发现", "制定", "申请", "审议", "通过", "报请", "批准",
];

/// Beginnings of words for organisations of a sort, not of one.
const GENERIC: fn(char) -> bool = |c| "我你他她它们每几多两一".contains(c);
