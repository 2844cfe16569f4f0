//! Rule packs: facts to verdict, duties and exemptions.
