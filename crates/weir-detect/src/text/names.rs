//! Names of people in Chinese characters.
//!
//! A surname begins a candidate. Two readings of the characters around it are compared: the best
//! way to cut them into words, and the best one with a name in it. Both are products of shares
//! from the [`Lexicon`], as in a unigram model of segmentation; what stands directly before and
//! after adds to the side of the name. Nothing is trained.

use super::Kind;
use super::characters::is_han;
use super::cues::Cue;
use super::lexicon::{Lexicon, Pair};
use super::scan::Scan;
use evidence::MOST_AFTER;
use window::Window;

mod dotted;
mod evidence;
mod window;

pub(super) use dotted::is_dot;

/// Natural logarithm of the share of names among the words of a text.
const NAME: f32 = -4.8;
/// Of names, those with one character after the surname, and with two.
const ONE_GIVEN: f32 = -1.6;
const TWO_GIVEN: f32 = -0.3;
/// The share from which on a word of two characters is no name without a label.
const USUAL: f32 = -10.5;
/// The least advantage over words alone.
const LEAST: f32 = 2.5;
/// What it says for a name that nothing else stands on its line.
const ALONE: f32 = 2.0;
/// A word of two characters that is on no list.
pub(super) const UNKNOWN: f32 = -17.5;

impl Scan<'_> {
    /// The name that begins with the surname at a place.
    pub(super) fn chinese_name(&mut self, at: usize) -> Option<usize> {
        let lexicon = self.lexicon;
        let (chars, n) = self.first_characters(at);
        let chars = &chars[..n];
        let [first, second, ..] = *chars else { return None };
        let pair = lexicon.pair(first, second).and_then(Pair::share);
        // A usual word ends most candidates early.
        if pair.is_some_and(|share| share >= USUAL) && !self.is_labelled(Cue::Name, at) {
            return None;
        }
        let mut readings = [(0, 0.0); 4];
        let n = name_readings(lexicon, chars, &mut readings);
        let before = self.evidence_before(at);
        let line = if self.line_begins(at) { ALONE } else { 0.0 };
        // All words from the window on are a way of cutting it, too: what loses against those of
        // its own characters loses against the best.
        let two = lexicon.least_of_two(first, second, pair);
        let hopeful = |(length, share): &(usize, f32)| {
            let rest = chars[2..*length].iter().map(|c| lexicon.character(*c).word);
            let words = two + rest.sum::<f32>();
            NAME + share - words + before + line + MOST_AFTER >= LEAST
        };
        if !readings[..n].iter().any(hopeful) {
            return None;
        }
        let window = Window::of(self.text, at, self.read_to);
        self.work(window.len * 2);
        let tails = window.tails(lexicon);
        let head = window.head(lexicon) - tails[0];
        let mut best: Option<(usize, f32)> = None;
        for (length, share) in &readings[..n] {
            let end = window.focus + length;
            let alone = if line > 0.0 && self.line_ends(window.places[end]) { line } else { 0.0 };
            let plain = head + NAME + share + tails[end] + before + alone;
            // What cannot reach the least advantage any more is not looked at further.
            if plain + MOST_AFTER < best.map_or(LEAST, |(_, best)| best) {
                continue;
            }
            let after = self.evidence_after(&window, end);
            let advantage = plain + after - self.evidence_within(&window, end, before);
            if best.is_none_or(|(_, best)| advantage > best) {
                best = Some((*length, advantage));
            }
        }
        let (length, advantage) = best.filter(|(_, advantage)| *advantage >= LEAST)?;
        let end = window.places[window.focus + length];
        self.push(at..end, Kind::PersonName, (0.6 + advantage * 0.03).min(0.97));
        Some(end)
    }

    /// Up to four Han characters from a place on, and how many there are.
    fn first_characters(&self, at: usize) -> ([char; 4], usize) {
        let mut chars = ['\0'; 4];
        let mut count = 0;
        for c in self.text[at..].chars().take(chars.len()).take_while(|c| is_han(*c)) {
            chars[count] = c;
            count += 1;
        }
        (chars, count)
    }
}

/// The ways in which characters can begin with a name: length and share.
fn name_readings(lexicon: &Lexicon, chars: &[char], readings: &mut [(usize, f32); 4]) -> usize {
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
