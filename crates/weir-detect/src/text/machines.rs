//! Addresses of machines: MAC, IPv4, IPv6, and identifiers of devices.

use crate::checks;

use super::Kind;
use super::chain::Chain;
use super::characters::char_before;
use super::cues::Cue;
use super::scan::Scan;

impl Scan<'_> {
    /// Four numbers below 256 joined by points.
    pub(super) fn address_of_machine(
        &mut self,
        chain: &Chain,
        from: usize,
        label: Option<Cue>,
    ) -> Option<usize> {
        let lengths = chain.lengths::<4>(from)?;
        let more = chain.groups().get(from + 4).is_some_and(|next| next.joint == b'.');
        if chain.joint(from, 4) != Some(b'.') || more || label == Some(Cue::Version) {
            return None;
        }
        let parts = &chain.groups()[from..from + 4];
        let sound = lengths.iter().all(|len| *len <= 3)
            && parts.iter().all(|part| {
                chain.number(part) < 256 && (part.len == 1 || chain.digits(part)[0] != b'0')
            });
        let range = parts[0].start..parts[3].end;
        let named = self.cues.near(Cue::Ip, range.start);
        let lettered =
            char_before(self.text, range.start).is_some_and(|c| c.is_ascii_alphanumeric());
        let versioned = parts.iter().all(|part| chain.number(part) < 20)
            || self.cues.near(Cue::Version, range.start);
        if !sound || lettered || (versioned && !named) {
            return None;
        }
        self.push(range, Kind::Ip, if named { 0.98 } else { 0.85 });
        Some(4)
    }

    /// A MAC or IPv6 address.
    pub(super) fn machine(&mut self, at: usize) -> Option<usize> {
        const LONGEST: usize = 45;
        let rest = &self.bytes[at..(at + LONGEST + 1).min(self.bytes.len())];
        let sign = *rest.iter().find(|byte| !byte.is_ascii_hexdigit())?;
        if !matches!(sign, b':' | b'-' | b'.') {
            return None;
        }
        let most = if sign == b':' { LONGEST } else { 17 };
        let length = rest
            .iter()
            .take(most)
            .position(|byte| {
                !(byte.is_ascii_hexdigit() || *byte == sign || (sign == b':' && *byte == b'.'))
            })
            .unwrap_or(rest.len().min(most));
        self.work(length);
        let written = std::str::from_utf8(&rest[..length]).ok()?;
        let written = written.trim_end_matches([':', '.', '-']);
        let end = at + written.len();
        if self.is_alphanumeric(end) {
            return None;
        }
        let kind = if checks::mac(written)
            && written.bytes().any(|b| b.is_ascii_digit() || sign == b':')
        {
            Kind::Mac
        } else if sign == b':'
            && written.matches(':').count() >= 2
            && checks::ip(written)
            && written.len() > 4
        {
            Kind::Ip
        } else {
            return None;
        };
        self.push(at..end, kind, 0.95);
        Some(end)
    }

    /// A UUID, where a label says that it is a device's.
    pub(super) fn uuid(&mut self, at: usize) -> Option<usize> {
        const LENGTH: usize = 36;
        (self.bytes.get(at + 8) == Some(&b'-')).then_some(())?;
        let written = self.text.get(at..at + LENGTH).filter(|text| checks::uuid(text))?;
        let end = at + written.len();
        self.work(LENGTH);
        if !self.is_alphanumeric(end)
            && (self.is_labelled(Cue::Device, at) || self.cues.near(Cue::Device, at))
        {
            self.push(at..end, Kind::DeviceId, 0.9);
        }
        Some(self.token_end(end))
    }
}
