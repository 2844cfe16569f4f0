//! Everything a column can be recognised as.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use weir_types::{Bilingual, Role};

use crate::pack::{Fault, Pack, PackError, TypeSpec};

/// A type of content, by its place in the [`Catalogue`] it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(u16);

impl TypeId {
    pub(crate) fn of(place: usize) -> Self {
        Self(u16::try_from(place).expect("a catalogue holds at most 5,000 types"))
    }

    pub(crate) const fn place(self) -> usize {
        self.0 as usize
    }
}

/// The kind of information that a type belongs to.
///
/// The first thirteen are the categories of personal information of GB/T 35273-2020, Annex A,
/// table A.1 (from memory, not checked against the text); the last three are none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Name, birth, sex, family, address, phone, e-mail.
    Basic,
    /// Numbers of identity documents.
    Identity,
    /// Fingerprints, faces, genes.
    Biometric,
    /// Accounts of online services, network addresses.
    Online,
    /// Illness, treatment, bodily state.
    Health,
    /// Education and work.
    Work,
    /// Accounts, income, credit, transactions.
    Property,
    /// Content and records of communication.
    Communication,
    /// Address books, lists of friends.
    Contacts,
    /// Web addresses visited, software used.
    Browsing,
    /// Identifiers of devices and vehicles.
    Device,
    /// Places and positions.
    Location,
    /// Personal information of another kind.
    OtherPersonal,
    /// About organisations, not people.
    Organisation,
    /// Passwords, keys, tokens.
    Secret,
    /// Nothing of these.
    General,
}

impl Category {
    /// The word used in packs and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Identity => "identity",
            Self::Biometric => "biometric",
            Self::Online => "online",
            Self::Health => "health",
            Self::Work => "work",
            Self::Property => "property",
            Self::Communication => "communication",
            Self::Contacts => "contacts",
            Self::Browsing => "browsing",
            Self::Device => "device",
            Self::Location => "location",
            Self::OtherPersonal => "other-personal",
            Self::Organisation => "organisation",
            Self::Secret => "secret",
            Self::General => "general",
        }
    }

    /// The words for people.
    pub fn label(self) -> Bilingual {
        let (zh, en) = match self {
            Self::Basic => ("个人基本资料", "basic personal data"),
            Self::Identity => ("个人身份信息", "identity documents"),
            Self::Biometric => ("个人生物识别信息", "biometric data"),
            Self::Online => ("网络身份标识信息", "online identity"),
            Self::Health => ("个人健康生理信息", "health"),
            Self::Work => ("个人教育工作信息", "education and work"),
            Self::Property => ("个人财产信息", "property"),
            Self::Communication => ("个人通信信息", "communication"),
            Self::Contacts => ("联系人信息", "contacts"),
            Self::Browsing => ("个人上网记录", "browsing"),
            Self::Device => ("个人常用设备信息", "devices"),
            Self::Location => ("个人位置信息", "location"),
            Self::OtherPersonal => ("其他个人信息", "other personal information"),
            Self::Organisation => ("组织信息", "organisations"),
            Self::Secret => ("鉴别信息", "secrets"),
            Self::General => ("一般信息", "general"),
        };
        Bilingual::new(zh, en)
    }

    /// Whether it is a category of personal information.
    pub const fn is_personal(self) -> bool {
        !matches!(self, Self::Organisation | Self::Secret | Self::General)
    }
}

/// Kinds of content that a type can be stored as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forms(u8);

impl Forms {
    /// Text.
    pub(crate) const TEXT: Self = Self(1);
    /// Whole numbers.
    pub(crate) const WHOLE: Self = Self(2);
    /// Numbers with a fraction.
    pub(crate) const FRACTION: Self = Self(4);
    /// Dates, with or without a time of day.
    pub(crate) const DATE: Self = Self(8);
    /// Two states: true and false, 0 and 1, 是 and 否.
    pub(crate) const FLAG: Self = Self(16);
    /// Nothing at all: every cell is empty, so that nothing speaks against any reading.
    pub(crate) const EMPTY: Self = Self(31);

    /// Whether the two have a form in common.
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// All types of some packs, in the order of the packs and of the types in them.
///
/// Of types that fit a column equally well, the one that stands first is taken.
#[derive(Debug)]
pub struct Catalogue {
    types: Vec<TypeSpec>,
    packs: Vec<String>,
    by_key: BTreeMap<String, TypeId>,
    /// For each type, the types whose names its values bear out.
    borne_out: Vec<Vec<TypeId>>,
    reads_as: Vec<TypeId>,
}

impl Catalogue {
    /// The types that weir comes with.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Catalogue> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::of_packs(Pack::builtin()).expect("tests read the packs"))
    }

    /// The types of some packs. A later pack replaces a type of an earlier one by giving its
    /// identifier again; it then stands where the earlier one stood.
    ///
    /// # Errors
    ///
    /// A type that names another which is in none of the packs, or one that weir cannot do
    /// without and that is missing.
    pub fn of_packs(packs: Vec<Pack>) -> Result<Self, PackError> {
        const MOST: usize = 5_000;
        let mut types: Vec<TypeSpec> = Vec::new();
        let mut of_pack = Vec::new();
        let mut by_key: BTreeMap<String, TypeId> = BTreeMap::new();
        for Pack { name, file, types: more } in packs {
            for spec in more {
                if let Some(id) = by_key.get(&spec.key) {
                    of_pack[id.place()] = name.clone();
                    types[id.place()] = spec;
                    continue;
                }
                if types.len() == MOST {
                    return Err(PackError::new(
                        &file,
                        spec.line,
                        Fault::TooManyTypes { most: MOST },
                    ));
                }
                by_key.insert(spec.key.clone(), TypeId::of(types.len()));
                of_pack.push(name.clone());
                types.push(spec);
            }
        }
        let mut catalogue =
            Self { types, packs: of_pack, by_key, borne_out: Vec::new(), reads_as: Vec::new() };
        let mut borne_out = Vec::new();
        let mut reads_as = Vec::new();
        for (place, spec) in catalogue.types.iter().enumerate() {
            let named = |key: &String| catalogue.named_by(spec, key);
            borne_out.push(spec.bears_out.iter().map(named).collect::<Result<_, _>>()?);
            reads_as.push(spec.reads_as.as_ref().map_or(Ok(TypeId::of(place)), named)?);
        }
        (catalogue.borne_out, catalogue.reads_as) = (borne_out, reads_as);
        Ok(catalogue)
    }

    fn named_by(&self, spec: &TypeSpec, key: &str) -> Result<TypeId, PackError> {
        self.id(key).ok_or_else(|| {
            let known: Vec<&str> = self.by_key.keys().map(String::as_str).collect();
            let nearest = weir_types::request::nearest(key, &known);
            let fault = Fault::UnknownType { key: key.to_owned(), nearest };
            PackError::new(&spec.file, spec.line, fault)
        })
    }

    /// The types, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = TypeId> + use<> {
        (0..self.types.len()).map(TypeId::of)
    }

    /// The type with a key such as `cn-resident-id`.
    pub fn id(&self, key: &str) -> Option<TypeId> {
        self.by_key.get(key).copied()
    }

    /// The stable key of a type.
    pub fn key(&self, id: TypeId) -> &str {
        &self.spec(id).key
    }

    /// The words of a type for people.
    pub fn label(&self, id: TypeId) -> &Bilingual {
        &self.spec(id).label
    }

    /// The role that a column of the type usually plays.
    ///
    /// Roles follow GB/T 42460-2023 Annexes A (direct identifiers) and B (quasi-identifiers).
    pub fn role(&self, id: TypeId) -> Role {
        self.spec(id).role
    }

    /// The kind of information it belongs to.
    pub fn category(&self, id: TypeId) -> Category {
        self.spec(id).category
    }

    /// Whether it is sensitive personal information by its nature (PIPL article 28).
    ///
    /// A resident number is not: GB/T 45574-2025 no longer lists the number under "specific
    /// identity".
    pub fn sensitive_pi(&self, id: TypeId) -> bool {
        self.spec(id).sensitive
    }

    /// The name of the pack that the type comes from.
    pub fn pack(&self, id: TypeId) -> &str {
        &self.packs[id.place()]
    }

    /// The type that findings are reported as: a narrower spelling of a type is reported as the
    /// type itself.
    pub fn reads_as(&self, id: TypeId) -> TypeId {
        self.reads_as[id.place()]
    }

    /// The type of which this one is the masked form.
    pub fn masked(&self, id: TypeId) -> Option<TypeId> {
        self.spec(id).masked.as_deref().and_then(|key| self.id(key))
    }

    pub(crate) fn spec(&self, id: TypeId) -> &TypeSpec {
        &self.types[id.place()]
    }

    /// Whether values of the type `shown` bear out a name that reads as `named`.
    pub(crate) fn agree(&self, named: TypeId, shown: TypeId) -> bool {
        named == shown
            || self.reads_as(shown) == named
            || self.borne_out[shown.place()].contains(&named)
    }

    /// A type that weir cannot do without.
    pub(crate) fn own(&self, key: &str) -> TypeId {
        self.id(key).expect("packs are added to those of weir, which hold the type")
    }

    pub(crate) fn is(&self, id: TypeId, key: &str) -> bool {
        self.key(id) == key
    }
}
