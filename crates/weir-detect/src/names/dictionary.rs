//! The words that column names are made of.

use crate::semantics::What;

/// Words of column names by meaning, lower case, separated by blanks.
///
/// - `word`: one or several words of a name run together (`birthdate` finds `birth_date`,
///   `BirthDate` and `patient_birthdate`); a word with a Chinese character is found anywhere in
///   the name;
/// - `=word`: only as the whole name;
/// - `word*`: a word of the name begins so and goes on;
/// - `*word`: a word of the name ends so and has at least three letters before.
///
/// The short forms of health economics (`meddol`, `mdvis`, `ghindx`) are those of the RAND
/// Health Insurance Experiment and of the survey files that copied its names.
pub(super) const WORDS: &[(What, &str)] = &[
    (
        What::ResidentId,
        "residentid residentidnumber residentidno citizenid nationalid nationalidnumber idcard \
         idcardno idcardnumber idcardnum identitycard identitycardno identitycardnumber \
         identityno identitynumber sfz sfzh sfzhm cnid =idno =idnum =idnumber ssn zjhm 身份证 \
         身份证号 身份证号码 身份证件号 身份证件号码 居民身份号码 公民身份号码 公民身份证号 \
         身份号码",
    ),
    (What::HongKongId, "hkid hkidno 香港身份证 香港身份证号"),
    (What::TaiwanId, "twid 台湾身份证 台湾身份证号"),
    (What::Passport, "passport passportno passportnumber passportnum 护照 护照号 护照号码"),
    (
        What::IdentityDocument,
        "documentno documentnumber iddocument iddocumentnumber certno certificateno \
         driverlicense driverslicense drivinglicence licenceno licenseno 证件号 证件号码 证件编号 \
         驾驶证号 驾照号 军官证号 通行证号 残疾人证号 港澳通行证 台胞证 回乡证",
    ),
    (
        What::PersonId,
        "personid personno personnumber personcode personkey pid zper =per =person =persid persno \
         patientid patientno patientnumber patientcode patid patientkey =patient userid userno \
         usercode userkey uid memberid memberno membernumber beneficiaryid benef beneid \
         participantid respondentid respid subjectid subjid subjno customerid customerno custid \
         clientid clientno employeeid employeeno employeenumber empid empno staffid studentid \
         studentno studentnumber accountholderid enrolleeid enrollid indid individualid citizencode \
         seqn 人员编号 人员id 人员代码 个人编号 个人id 个人代码 患者编号 患者id 患者标识 病人编号 \
         病人id 用户编号 用户id 用户标识 会员编号 会员号 会员id 客户编号 客户号 客户id 参保人编号 \
         参保编号 参保人id 居民编号 工号 员工编号 员工号 职工编号 学号 学籍号 学生编号 被访者编号 \
         受访者编号 受试者编号 当事人编号",
    ),
    (
        What::MedicalRecord,
        "mrn medicalrecordno medicalrecordnumber medrecno chartno hospitalno inpatientno \
         outpatientno 病历号 病案号 住院号 门诊号 病历编号 病案编号 健康档案号 健康档案编号",
    ),
    (
        What::InsuranceNumber,
        "insuranceno insurancenumber insuranceid socialsecurityno socialsecuritynumber nin nhsno \
         nhsnumber medicareno policyno policynumber 社保号 社保卡号 社会保障号 社会保障号码 \
         社会保障卡号 医保号 医保卡号 医保编号 医疗证号 公积金账号 公积金号 保单号",
    ),
    (
        What::PersonName,
        "=name fullname firstname lastname givenname familyname surname middlename maidenname \
         =fname =lname nickname patientname username customername clientname membername \
         personname employeename staffname studentname contactname ownername doctorname \
         physicianname fathername mothername xingming =xm 姓名 名字 姓氏 曾用名 联系人 患者名 \
         户主 法定代表人 法人代表 负责人 经办人 监护人 收件人 收货人 医生 医师 昵称",
    ),
    (
        What::Mobile,
        "mobile mobileno mobilenumber mobilephone cellphone cellno cellnumber cell msisdn sjh \
         shouji 手机 手机号 手机号码 移动电话",
    ),
    (
        What::Phone,
        "phone phoneno phonenumber telephone telephoneno tel telno fax faxno homephone workphone \
         电话 电话号码 联系电话 固定电话 座机 联系方式 传真",
    ),
    (What::Email, "email emailaddress mail mailaddress 邮箱 电子邮箱 电子邮件 邮件地址 邮箱地址"),
    (
        What::SocialAccount,
        "qq qqno wechat weixin wechatid openid unionid weibo alipayid twitter facebook skype \
         微信 微信号 qq号 qq号码 微博 支付宝账号 抖音号 账号 账户名 用户名 登录名",
    ),
    (
        What::Address,
        "address addr homeaddress streetaddress street =str housenumber residentialaddress \
         mailingaddress dizhi =dz 地址 住址 家庭住址 详细地址 通讯地址 现住址 居住地址 户籍地址 \
         联系地址 收货地址 门牌号 住所",
    ),
    (
        What::BankCard,
        "bankcard bankcardno bankcardnumber cardno cardnumber creditcard creditcardno \
         creditcardnumber debitcard pan 银行卡 银行卡号 卡号 信用卡号 借记卡号",
    ),
    (
        What::FinancialAccount,
        "bankaccount bankaccountno accountno accountnumber acctno iban 银行账号 银行账户 账户号 \
         帐号 银行帐号 账户编号 证券账号 支付账号 贷款账号",
    ),
    (What::Imei, "imei imeino meid"),
    (What::SimId, "imsi iccid simid simno sim"),
    (What::Oaid, "oaid vaid aaid odid"),
    (What::Idfa, "idfa idfv gaid adid advertisingid"),
    (
        What::DeviceId,
        "deviceid deviceno devicenumber devicecode deviceuuid androidid udid uuid guid \
         serialnumber terminalid cookieid cookie 设备标识 设备标识符 设备号 设备id 设备编号 \
         设备识别码 设备序列号 终端号 终端编号 终端标识",
    ),
    (What::Mac, "mac macaddress macaddr mac地址 物理地址"),
    (What::Ip, "ip ipaddress ipaddr ipv clientip loginip ip地址 登录ip"),
    (What::Plate, "plate plateno platenumber licenseplate licenceplate 车牌 车牌号 车牌号码 号牌"),
    (What::Vin, "vin vinno vehicleidentificationnumber chassisno 车架号 车辆识别代号 车辆识别代码"),
    (
        What::HouseholdId,
        "householdid hhid hhidpn familyid famid familyno householdno 户号 户编号 家庭编号 \
         家庭id 户籍编号 户口簿号",
    ),
    (
        What::Biometric,
        "fingerprint faceid facefeature voiceprint iris biometric genome dna 指纹 人脸 声纹 虹膜 \
         基因 人脸特征 掌纹",
    ),
    (
        What::RecordId,
        "recordid recordno rowid claimid claimno claimnumber caseid caseno orderid orderno \
         ordernumber transactionid transid txid invoiceno visitid visitno encounterid \
         admissionid serialno receiptno ticketno 订单号 订单编号 流水号 单据号 发票号 记录编号 \
         记录号 就诊号 就诊编号 就诊流水号 结算单号 案件编号 案号 合同编号 合同号 业务编号 处方号",
    ),
    (What::RowNumber, "rownumber rowno rownum =row =index =idx =unnamed 序号 行号 顺序号"),
    (
        What::FreeText,
        "remark remarks comment comments note notes memo freetext narrative message 备注 说明 \
         描述 意见 留言 主诉 现病史 既往史 病程记录 摘要",
    ),
    (
        What::SocialCreditCode,
        "uscc creditcode socialcreditcode unifiedsocialcreditcode usci tyshxydm 社会信用代码 \
         统一社会信用代码 信用代码 单位信用代码 工作单位信用代码 企业信用代码",
    ),
    (What::OrganisationCode, "orgcode organisationcode organizationcode 组织机构代码 机构代码"),
    (
        What::Employer,
        "employer employername company companyname firm firmname workplace workunit \
         organisation organization orgname unitname 工作单位 单位 单位名称 企业名称 公司 公司名称 \
         雇主 用人单位 任职单位 单位代码 单位编号 学校 毕业院校",
    ),
    (
        What::Institution,
        "hospital hospitalid hospitalname clinic provider providerid facility facilityid \
         department dept ward institution 医院 医院名称 医疗机构 医疗机构名称 就诊机构 机构名称 \
         机构 科室 就诊科室 病区 部门 定点机构",
    ),
    (What::Age, "age ageyears ageyear ageinyears patientage nianling 年龄 周岁 实足年龄"),
    (
        What::AgeGroup,
        "agegroup ageband agerange agecat agecategory agecls =child fchild mchild =adult =elderly \
         =minor =senior 年龄组 年龄段 年龄分组 是否未成年",
    ),
    (
        What::BirthDate,
        "birthdate birthday birth dateofbirth dob bdate birthyear yearofbirth yob birthmonth \
         monthofbirth born csrq 出生日期 出生年月 出生年月日 生日 出生年份 出生年 出生时间 出生",
    ),
    (What::Sex, "sex gender female =male =woman =man xingbie =xb 性别"),
    (What::Ethnicity, "ethn* ethnic ethnicity minzu hispanic 民族 族别"),
    (What::Race, "race racial =black =white =asian nonwhite 种族 人种"),
    (
        What::Nationality,
        "nationality citizenship nativecountry countryofbirth birthcountry nativelanguage \
         国籍 国别 母语",
    ),
    (
        What::MaritalStatus,
        "marital marital* maritalstatus married marriage marriagestatus divorced widowed 婚姻 \
         婚姻状况 婚姻状态 婚否 婚史",
    ),
    (
        What::Education,
        "education educ educ* edu schooling degree yearsofeducation highestdegree xueli 学历 \
         文化程度 教育程度 受教育程度 学位 受教育年限",
    ),
    (
        What::Occupation,
        "occupation occup occup* occ job jobtitle profession employmentstatus workclass \
         employment position industry 职业 职务 职称 岗位 工种 行业 就业状况 从业状况",
    ),
    (What::PoliticalStatus, "politicalstatus politicalaffiliation party 政治面貌 党派"),
    (What::HukouType, "hukou hukoutype 户口性质 户口类型 户籍性质 户籍类型 户别"),
    (
        What::Income,
        "income incomes =inc annualincome monthlyincome householdincome salary salaryclass wage \
         wages earnings pay linc 收入 年收入 月收入 家庭收入 工资 薪资 薪酬 月薪 年薪 缴费基数 \
         缴费工资",
    ),
    (
        What::FamilySize,
        "familysize famsize householdsize hhsize =fam lfam numberofchildren numchildren nchildren \
         children kids siblings dependents dependants numberofdependents 家庭人口 家庭人口数 \
         家庭人数 户人数 子女数 子女数量 家庭成员数",
    ),
    (
        What::Household,
        "household relationship relationshiptohead familytype relation 与户主关系 家庭关系 \
         家庭类型 家庭结构 亲属关系 低保 是否低保 贫困户",
    ),
    (What::Postcode, "postcode postalcode postal zip zipcode 邮编 邮政编码"),
    (
        What::Division,
        "district county city town township province prefecture village divisioncode \
         regioncode areacode adcode citycode =xzqh 区划 行政区划 所属区划 区划代码 行政区划代码 \
         省份 省 城市 市 区县 县区 乡镇 街道 社区 村 所在地 所在地区 归属地 户籍地 户口所在地 \
         居住地 常住地 籍贯",
    ),
    (What::Place, "birthplace placeofbirth place hometown 出生地 地点 工作地点 祖籍 小区"),
    (
        What::Region,
        "region site state country area zone territory location locality urban rural \
         metropolitan 地区 区域 片区 城乡 国家 站点",
    ),
    (
        What::Location,
        "latitude longitude =lat =lon =lng =long =latlon gps coordinates geohash trajectory 经度 \
         纬度 坐标 经纬度 轨迹 定位 行踪",
    ),
    (
        What::EventDate,
        "date datetime time timestamp day month week quarter createdat updatedat visitdate \
         admissiondate dischargedate servicedate dateofservice registered hour 日期 时间 月份 \
         就诊日期 入院日期 出院日期 登记日期 时刻 年月",
    ),
    (What::EventYear, "year yr studyyear fiscalyear 年份 年度"),
    (
        What::Diagnosis,
        "diagnosis diagnoses diagnos* diagn diag dx icd icd10 icd9 icd10code icdcode \
         disease diseasecode diseasename disea disea* condition comorbidity comorbidities \
         diabetes hypertension cancer causeofdeath 诊断 诊断名称 诊断编码 诊断代码 疾病 疾病名称 \
         疾病编码 疾病代码 病种 病种名称 主诊断 死因 病名 并发症 合并症 慢性病 传染病",
    ),
    (
        What::MentalHealth,
        "mental mentalhealth mhi mentvis mentdol depression psychiatric psych anxiety \
         psychological phq gad 心理 精神 抑郁 焦虑 心理健康",
    ),
    (
        What::Health,
        "health hlth hlth* healthstatus ghi ghindx generalhealth physlm physlim physicallimitation \
         disability disabled disab* handicap bloodtype bmi bloodpressure sbp dbp glucose \
         cholesterol hiv pregnancy pregnant smoker smoking alcohol allergy allergies symptom \
         symptoms severity height weight heartrate temperature vaccine vaccinated survival death \
         died 健康 健康状况 血型 血压 血糖 身高 体重 过敏史 过敏 症状 残疾 残疾等级 残疾类别 病情 \
         检查结果 检验结果 体检 孕产 妊娠 吸烟 饮酒 疫苗 家族史 死亡",
    ),
    (
        What::Medication,
        "drug drugname drugcode medication medicine prescription treatment therapy procedure \
         surgery operation dose dosage atc 药品 药品名称 药物 用药 处方 治疗 手术 手术名称 剂量",
    ),
    (
        What::CareCount,
        "visits nvisits visitcount doctorvisits mdvis notmdvis mdvisits totadm admissions \
         hospitalisations hospitalizations staydays lengthofstay los inpatientdays 就诊次数 \
         住院次数 门诊次数 住院天数 就医次数 住院日数",
    ),
    (
        What::CareCost,
        "meddol drugdol suppdol inpdol outpdol medicalcost medicalcosts medicalexpenditure \
         drugcost healthcost claimamount totalcharges charges reimbursement 医疗费 医疗费用 医药费 \
         药费 住院费 住院费用 门诊费用 诊疗费 报销金额 统筹支付 个人自付 自付金额 赔付金额",
    ),
    (
        What::Amount,
        "amount amt price cost costs fee fees expenditure expense expenses spending payment \
         balance total sum revenue turnover capitalgain capitalloss *dol 金额 费用 价格 单价 总价 \
         支出 消费 余额 缴费 应付 实付 营业额 营业收入 销售额 纳税额",
    ),
    (
        What::Credit,
        "credit creditscore loan loanamount debt mortgage default assets wealth networth property \
         信用 信用分 贷款 负债 债务 逾期 资产 房产 征信",
    ),
    (What::Religion, "religion relig* faith 宗教 宗教信仰 信仰"),
    (What::Sexuality, "sexualorientation sexuality 性取向"),
    (
        What::CriminalRecord,
        "criminal criminalrecord conviction arrest offence offense 犯罪 犯罪记录 违法 违法记录 前科 处罚",
    ),
    (
        What::InsuranceTerms,
        "plan coins coinsurance copay deductible premium insuranceplan plantype coverage 险种 \
         参保类型 保险类型 医保类型 免赔额 保费",
    ),
];

/// Short heads that survey files put before a name: a logarithm, a constructed or an imputed
/// form of the same thing (`linc`, `lnincome`, `xage`). What is left must be a whole known name
/// of at least three letters.
pub(super) const PREFIXES: &[&str] = &["x", "l", "ln", "log", "sqrt"];

/// Words after which a name only qualifies what stands before: `age_at_diagnosis` is an age.
pub(super) const QUALIFIERS: &[&str] = &["at", "of", "per", "by", "in", "for", "on", "from", "to"];

/// Last words of names of identifiers of something.
pub(super) const ID_WORDS: &[&str] =
    &["id", "ids", "no", "nr", "number", "code", "key", "uuid", "guid", "identifier"];

/// Ends of Chinese names of identifiers of something.
pub(super) const ID_ENDS: &[&str] = &["号", "号码", "编号", "编码", "代码", "标识", "标识符", "id"];

/// Words for somebody beside the person whose row it is.
pub(super) const OTHERS: &[&str] = &[
    "doctor",
    "physician",
    "nurse",
    "father",
    "mother",
    "parent",
    "spouse",
    "guardian",
    "contact",
    "owner",
    "agent",
    "seller",
    "医生",
    "医师",
    "护士",
    "父亲",
    "母亲",
    "配偶",
    "监护",
    "联系人",
    "户主",
    "法定代表",
    "法人代表",
    "负责人",
    "经办",
    "收件人",
    "收货人",
];
