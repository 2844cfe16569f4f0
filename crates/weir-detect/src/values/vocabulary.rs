//! Closed lists that values are compared with.

/// Words for sex. Two of them or more must occur, one of them not a word for "unknown".
pub(super) const SEX: &str = "男 女 男性 女性 男孩 女孩 m f male female man woman boy girl";

/// Words for "not known", which any closed list may be mixed with.
pub(super) const UNKNOWN: &str =
    "未知 不详 未说明 未说明的性别 其他 其它 无 unknown other none na n/a u ?";

/// The 56 ethnic groups of China (GB/T 3304-1991), without the final 族.
pub(super) const ETHNIC_GROUPS: &str = "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 \
    哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 \
    毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 \
    赫哲 门巴 珞巴 基诺";

/// Marital status (GB/T 2261.2-2003 and common words).
pub(super) const MARITAL: &str = "未婚 已婚 初婚 再婚 复婚 离婚 离异 丧偶 同居 分居 single married \
    divorced widowed separated never-married married-civ-spouse married-spouse-absent \
    married-af-spouse";

/// Degrees of education (GB/T 4658-2006 and common words).
pub(super) const EDUCATION: &str = "文盲 半文盲 小学 初中 高中 中专 中技 技校 职高 职业高中 大专 \
    专科 大学专科 本科 大学 大学本科 研究生 硕士 硕士研究生 博士 博士研究生 学龄前 bachelors masters \
    doctorate hs-grad some-college prof-school preschool assoc-acdm assoc-voc primary secondary \
    tertiary bachelor master phd";

/// Words for race in English-language tables.
pub(super) const RACE: &str = "white black asian hispanic asian-pac-islander amer-indian-eskimo \
    african-american caucasian";

/// Political status (GB/T 4762-1984).
pub(super) const POLITICAL: &str = "中共党员 党员 预备党员 中共预备党员 共青团员 团员 群众 \
    民革党员 民盟盟员 民建会员 民进会员 农工党党员 致公党党员 九三学社社员 台盟盟员 无党派人士";

/// Religions.
pub(super) const RELIGION: &str = "佛教 道教 伊斯兰教 天主教 基督教 基督教新教 东正教 犹太教 印度教 \
    无宗教信仰 buddhism taoism islam catholic protestant christian christianity judaism hinduism \
    muslim buddhist jewish hindu atheist";

/// Blood groups.
pub(super) const BLOOD: &str = "a型 b型 ab型 o型 a+ a- b+ b- ab+ ab- o+ o- rh阳性 rh阴性";

/// Household registration.
pub(super) const HUKOU: &str =
    "农业 非农业 农业户口 非农业户口 居民户口 城镇 农村 城镇户口 农村户口";

/// The commonest surnames of one character; together they cover well over nine tenths of the
/// Han population.
pub(super) const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾\
    肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙\
    史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦\
    俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解\
    牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和\
    仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮\
    粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬";

/// Surnames of two characters.
pub(super) const LONG_SURNAMES: &str = "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 \
     公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 轩辕 呼延";

/// Characters that end words which are no names: places, organisations, illnesses, goods.
pub(super) const NO_NAME_ENDS: &str = "省市区县州旗盟镇乡村街路巷道社组园楼室号院校厂店部局所站司行会科系类型级别病炎症癌瘤压伤折痛疮疹\
     药片液素剂膏丸散素汤品费款税额率度量";

/// Ends of names of administrative divisions.
pub(super) const DIVISION_ENDS: &[&str] = &[
    "省",
    "市",
    "自治区",
    "特别行政区",
    "自治州",
    "地区",
    "盟",
    "区",
    "县",
    "自治县",
    "旗",
    "镇",
    "乡",
    "街道",
    "社区",
    "村",
];

/// Ends of names of illnesses.
pub(super) const ILLNESS_ENDS: &[&str] = &[
    "病",
    "炎",
    "症",
    "癌",
    "瘤",
    "综合征",
    "骨折",
    "感染",
    "损伤",
    "高血压",
    "梗死",
    "梗塞",
    "结石",
    "溃疡",
    "哮喘",
    "贫血",
    "衰竭",
    "出血",
    "中风",
    "外伤",
    "感冒",
    "卒中",
    "肝硬化",
    "心绞痛",
];

/// Whether a blank-separated list has a word.
pub(super) fn lists(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}
