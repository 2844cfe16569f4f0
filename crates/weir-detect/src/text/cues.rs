//! Words that say what the number or the word after them is.

use std::cell::Cell;

use super::characters::{HanSet, letters};

/// What a label announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cue {
    Phone,
    ResidentId,
    Card,
    Account,
    Passport,
    Permit,
    Military,
    Birth,
    Social,
    Medical,
    Insurance,
    Person,
    Imei,
    Device,
    Sim,
    Ip,
    Place,
    Secret,
    Ssn,
    Nino,
    Vin,
    Plate,
    /// A number of a thing: an order, a ticket, a product. It speaks against everything.
    Thing,
    /// A version of software, which looks like an IPv4 address.
    Version,
    /// A name of a person comes next.
    Name,
    /// An address comes next.
    Address,
    /// An organisation comes next.
    Organisation,
}

/// Labels in Chinese, and English ones in lower case without blanks.
#[rustfmt::skip]
pub(super) const LABELS: &[(Cue, &str)] = &[
    (Cue::Phone, "电话 手机 手机号 手机号码 电话号码 联系方式 联系电话 联系手机 致电 来电 拨打 短信 座机 固话 热线 传真 \
        去电 回电 通话 呼叫 电联 拨通 尾号 号码为 直线 总机 分机 移动电话 办公电话 家庭电话 紧急联系电话 预留手机号 预留号码 电話 手機 \
        tel phone phones mobile cell cellphone call called calling fax telephone whatsapp sms texted dial landline ring rang hotline reach reached contact contacts"),
    (Cue::ResidentId, "身份证 身份证号 身份证号码 身份证件 证件号 证件号码 公民身份号码 公民身份证 居民身份证 居民身份证号 居住证 居住证号 \
        身份号码 身份编号 身分證 idcard 二代证 户籍号 身份信息 永居证 永久居留证 永久居留身份证"),
    (Cue::Card, "银行卡 银行卡号 卡号 信用卡 信用卡号 储蓄卡 借记卡 工资卡 收款卡 还款卡 刷卡 绑卡 card visa mastercard credit debit amex unionpay cardnumber"),
    (Cue::Account, "账号 账户 帐号 帐户 开户 银行账号 银行账户 收款账号 收款账户 汇款账号 对公账户 结算账户 公积金账号 户头 存折 account acct bban"),
    (Cue::Passport, "护照 护照号 护照号码 passport passports"),
    (Cue::Permit, "通行证 通行证号 回乡证 台胞证 回乡证号 台胞证号 港澳通行证 往来港澳通行证 来往内地通行证 往来台湾通行证"),
    (Cue::Military, "军官证 士兵证 军官证号 士兵证号 文职干部证 军人证 军字第 武字第 士字第 兵字第 参字第 政字第 后字第 警官证 警号"),
    (Cue::Birth, "出生 出生于 生于 生日 出生日期 出生年月 出生年月日 诞生 生辰 出生时间 dob born birth birthday birthdate dateofbirth"),
    (Cue::Social, "微信 微信号 微信账号 微信帐号 加微信 qq号 qq QQ QQ号 QQ号码 抖音号 抖音 微博 微博号 快手号 支付宝 支付宝账号 wechat weixin wxid skype telegram qq号码"),
    (Cue::Medical, "病历号 住院号 门诊号 就诊卡号 病案号 就诊号 病历编号 住院编号 登记号 检查号 诊疗卡号 就诊卡 病员号 患者编号 病人编号 患者ID mrn"),
    (Cue::Insurance, "社保号 社保卡号 社会保障号 社会保障号码 社会保障卡号 医保卡号 医保号 医保编号 社保账号 个人社保号 医保卡 社保卡 参保号 保单号 保险号 农合号 医疗证号 社会保险号"),
    (Cue::Person, "工号 学号 员工编号 员工号 学籍号 职工号 准考证号 考生号 会员号 会员编号 客户号 客户编号 用户编号 用户ID 员工ID 人员编号 警员编号 执业证号 \
        employee staff student userid employeeid studentid patient customerid member membership"),
    (Cue::Imei, "imei 设备IMEI 串号"),
    (Cue::Device, "oaid idfa idfv androidid android_id 设备号 设备标识 设备标识符 设备ID meid 设备指纹 udid aaid vaid device 广告标识 广告标识符"),
    (Cue::Sim, "imsi iccid"),
    (Cue::Ip, "ip ip地址 IP IP地址 ipv4 ipv6 登录地址 host server 服务器 主机 来源地址"),
    (Cue::Place, "经度 纬度 坐标 经纬度 定位 gps GPS lat lng lon latitude longitude coordinates coordinate location position located 方位 位置 wgs84 gcj02 bd09 东经 北纬"),
    (Cue::Secret, "密码 口令 密钥 秘钥 登录密码 初始密码 支付密码 默认密码 验证码 令牌 私钥 \
        password passwd pwd passcode secret token apikey api_key access_key accesskey secretkey secret_key access_token auth_token passphrase client_secret authtoken private_key accesskeyid accesskeysecret pin"),
    (Cue::Ssn, "ssn socialsecurity 社会安全号 社会安全号码 社安号 security"),
    (Cue::Nino, "nino nationalinsurance 国民保险号 insurance"),
    (Cue::Vin, "车架号 车辆识别代号 车辆识别码 vin chassis 车架号码"),
    (Cue::Plate, "车牌 车牌号 车牌号码 牌照 牌照号 号牌 号牌号码 车号 牌号 车辆号牌 plate licenceplate licenseplate"),
    (Cue::Thing, "订单 订单号 单号 流水号 流水 编号 票号 批次 批号 批次号 序列号 序号 货号 产品编号 产品号 型号 运单 运单号 快递单号 物流单号 合同号 合同编号 合同 \
        发票号 发票号码 发票 工单 工单号 案号 条码 条形码 追踪号 交易号 交易流水号 凭证号 凭证 库存编码 商品编码 商品编号 文号 档案号 资产编号 设备编号 项目编号 备案号 \
        许可证号 批准文号 生产批号 参考号 任务号 任务编号 请求号 请求ID 会话ID 事务号 快递 包裹 包裹号 车次 航班 期号 箱号 提单号 提单 报关单号 报销单 单据号 单据 受理号 \
        受理编号 回执 回执号 业务号 业务编号 申请编号 申请号 时间戳 样本号 标本号 样品编号 试剂批号 商户号 终端号 门店编号 柜号 标签号 统计代码 资产号 物料号 物料编码 模具 图号 \
        订单编号 支付单号 退款单号 退货单号 单编号 交易编号 交易单号 流水编号 序列码 机身号 采购单 采购单号 出库单 出库单号 入库单 入库单号 缴费单号 处方号 处方编号 医嘱号 \
        order orders invoice ref reference ticket tracking sku serial batch product model part case transaction txn isbn \
        lot item build upc ean barcode timestamp epoch po rma shipment parcel docket job request trace session commit \
        revision receipt asset catalogue catalog article unit machine quote quotation voucher waybill consignment confirmation booking reservation record row claim seq sequence"),
    (Cue::Version, "版本 版本号 固件 固件版本 软件版本 升级到 version versions v ver release firmware kernel driver chrome firefox safari mozilla webkit applewebkit section chapter 章节 条款"),
    (Cue::Name, "姓名 名字 名叫 我叫 叫做 患者 病人 客户 联系人 收件人 收货人 寄件人 当事人 申请人 负责人 经办人 户主 法人 法定代表人 学生 员工 职工 家长 用户 旅客 乘客 \
        投诉人 报案人 被保险人 投保人 受益人 持卡人 车主 司机 业主 租客 房东 房客 证人 原告 被告 嫌疑人 犯罪嫌疑人 被害人 死者 伤者 签名 签字 署名 名为 被告人 上诉人 委托人 代理人 \
        监护人 紧急联系人 主治医师 主治医生 主治 医师 护士 护士长 教师 老师 班主任 主任 经理 同事 朋友 同学 导师 教授 律师 院长 校长 店长 队长 组长 班长 总经理 董事长 董事 书记 \
        承办人 审核人 制表人 填表人 记录人 复核人 接待人 对接人 参会人 开户人 户名 借款人 担保人 出租人 承租人 买方 卖方 甲方 乙方 父亲 母亲 丈夫 妻子 儿子 女儿 配偶 哥哥 弟弟 姐姐 妹妹 \
        科长 处长 局长 市长 县长 镇长 村民 居民 市民 男子 女子 先生 女士 乘务员 快递员 客服 专员 顾问 工程师 演员 导演 歌手 作家 作者 记者 主持人 编辑 摄影 球员 选手 \
        研究员 院士 博士 秘书 助理 会计 出纳 保安 保洁 厨师 邻居 室友 战友 亲属 家属 联络人 陪护 嘉宾 讲师 主讲 主持 学员 会员 参与者 受试者 志愿者 党员 同志 名单 抄送 收信人 \
        发件人 寄信人 受访者 推荐人 介绍人 领队 导购 收银员 设计师 分析师 咨询师 技术员 操作员 管理员 值班员 值班 接线员 调度 指导员 监理 检验员 质检员 采购员 业务员 推销员 营业员 服务员 \
        收款人 付款人 汇款人 求职者 候选人 面试者 应聘者 毕业生 考生 驾驶员 肇事者 举报人 信访人 来访者 访客 住户 参保人 患儿 产妇 孕妇 老人 孩子 小孩 \
        失主 表哥 表弟 表姐 表妹 堂哥 堂弟 堂姐 堂妹 叔叔 舅舅 爷爷 奶奶 外公 外婆 伯伯 姑姑 姨妈 岳父 岳母 女婿 儿媳 孙女 侄子 外甥 男友 女友 男朋友 女朋友 老板 老公 老婆 前夫 前妻 \
        病员 死者家属 本人 转账给 汇款给 打款给 转交给 报警人 签收人 见证人 送达人 知情人 取件人 投递员 涉案人 当班人 经手人 付款人 联系家属 第一联系人 主诉人 陈述人 申诉人 申请执行人 被执行人 被申请人 第三人 被上诉人 债务人 债权人 抵押人 \
        副主任 副院长 副校长 副局长 副总 总监 主管 组员 队员 委员 代表 常委 法官 检察官 书记员 审判长 审判员 陪审员 民警 警官 辅警 消防员"),
    (Cue::Address, "地址 住址 家庭住址 详细地址 通讯地址 收货地址 寄送地址 家住 现住 住在 居住 居住地 居住于 户籍 户籍地 户籍地址 籍贯 位于 寄往 寄到 寄至 送到 送至 送货 地点 \
        现住址 现居 现居住 住所 户口所在地 出生地 常住 搬到 搬至 搬家 单位地址 收件地址 邮寄地址 联系地址 注册地址 办公地址 通信地址 发往 发到 配送到 配送至 租住 暂住 暂住地 上门 事发地 案发地 坐落 坐落于 \
        address addr lives live living residing resides reside home ship shipped deliver delivered mail mailed moved"),
    (Cue::Organisation, "单位 工作单位 就职于 任职于 供职于 公司 就读于 毕业于 来自 企业 雇主 所在单位 入职 开户行 开户银行 开户网点 company employer employed works worked working work employee vendor supplier client firm"),
];

/// The last labels of a text.
#[derive(Debug)]
pub(super) struct Cues {
    /// The newest first: the label and where it ended.
    last: [Option<(Cue, usize)>; Self::KEPT],
    /// Where the sentence began.
    sentence: usize,
    /// How far signs and filling words reach behind the last label; known once it was asked for.
    reach: Cell<Option<usize>>,
}

impl Cues {
    const KEPT: usize = 4;

    pub(super) const fn new() -> Self {
        Self { last: [None; Self::KEPT], sentence: 0, reach: Cell::new(None) }
    }

    /// Notes a label that ends at a place.
    pub(super) fn note(&mut self, cue: Cue, end: usize) {
        self.last.rotate_right(1);
        self.last[0] = Some((cue, end));
        self.reach.set(None);
    }

    /// Notes the end of a sentence; labels before it are no longer near.
    pub(super) fn stop(&mut self, end: usize) {
        self.sentence = end;
    }

    /// The label of what begins at a place: only signs and filling words stand between.
    pub(super) fn label(&self, text: &str, at: usize) -> Option<Cue> {
        self.labelled(text, at).map(|(cue, _)| cue)
    }

    /// Whether a label of one kind stands directly before a place.
    pub(super) fn is_label(&self, cue: Cue, text: &str, at: usize) -> bool {
        self.last[0].is_some_and(|(last, _)| last == cue) && self.label(text, at).is_some()
    }

    /// The label and the text between it and the place.
    pub(super) fn labelled<'t>(&self, text: &'t str, at: usize) -> Option<(Cue, &'t str)> {
        const LONGEST_GAP: usize = 40;
        let (cue, end) = self.last[0].filter(|(_, end)| at >= *end && at - end <= LONGEST_GAP)?;
        let reach = self.reach.get().unwrap_or_else(|| {
            let reach = end
                + filling(text.get(end..text.floor_char_boundary(end + LONGEST_GAP)).unwrap_or(""));
            self.reach.set(Some(reach));
            reach
        });
        let gap = text.get(end..at)?;
        (at <= reach).then_some((cue, gap))
    }

    /// Whether a label of a kind stands before a place in the same sentence, not far away, with
    /// no label of a thing after it.
    pub(super) fn near(&self, cue: Cue, at: usize) -> bool {
        const NEAR: usize = 60;
        for (found, end) in self.last.iter().flatten() {
            if *end <= self.sentence || at.saturating_sub(*end) > NEAR {
                return false;
            }
            if *found == cue {
                return true;
            }
            if *found == Cue::Thing {
                return false;
            }
        }
        false
    }
}

/// Bytes of signs, blanks and words such as "number", "is", 号码, 为 that a text begins with.
fn filling(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let length = match byte {
            b'A'..=b'Z' | b'a'..=b'z' => {
                let length = letters(bytes, at);
                if is_filling_word(&bytes[at..at + length]) { length } else { 0 }
            }
            0x80.. => wide_filling(&text[at..]),
            byte => usize::from(SIGNS.contains(byte) || byte.is_ascii_whitespace()),
        };
        if length == 0 {
            break;
        }
        at += length;
    }
    at
}

/// ASCII signs that may stand between a label and what it announces.
const SIGNS: &[u8] = b":=#.,('\"[<-_*`|>+/&";

/// English words that may stand there, in any case.
fn is_filling_word(word: &[u8]) -> bool {
    const LONGEST: usize = 10;
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    matches!(
        &*lower,
        b"number"
            | b"numbers"
            | b"no"
            | b"num"
            | b"id"
            | b"is"
            | b"was"
            | b"code"
            | b"address"
            | b"at"
            | b"on"
            | b"me"
            | b"to"
            | b"my"
            | b"us"
            | b"his"
            | b"her"
            | b"the"
            | b"of"
            | b"are"
            | b"be"
            | b"set"
            | b"and"
            | b"reads"
            | b"ending"
            | b"key"
            | b"using"
            | b"from"
            | b"via"
            | b"card"
            | b"line"
            | b"it"
            | b"him"
            | b"changed"
            | b"new"
            | b"as"
            | b"date"
            | b"registered"
            | b"named"
            | b"called"
    )
}

/// Bytes of the sign or the Chinese word that a text begins with, if it may stand there.
fn wide_filling(text: &str) -> usize {
    static SINGLE: HanSet = HanSet::of("号码为是均也即叫了您我他她用的第证卡者到至于在请可已改换");
    const WORDS: &[&str] =
        &["编号", "本人", "一个", "分别", "如下", "更新", "登记", "预留", "填写"];
    let Some(c) = text.chars().next() else { return 0 };
    let fits = SINGLE.contains(c) || "：＝№，、（「“‘【《—→".contains(c) || c.is_whitespace();
    if fits {
        return c.len_utf8();
    }
    WORDS.iter().find(|word| text.starts_with(**word)).map_or(0, |word| word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_reaches_over_signs_and_filling_words() {
        let label = |text: &str, end: usize| {
            let mut cues = Cues::new();
            cues.note(Cue::Phone, end);
            cues.label(text, text.len()).is_some()
        };
        assert!(
            label("电话号码为：", 6) && label("phone number is ", 5) && label("call me at ", 4)
        );
        assert!(!label("电话里他说", 6) && !label("phone noise ", 5));
    }

    #[test]
    fn a_sentence_ends_nearness() {
        let mut cues = Cues::new();
        cues.note(Cue::Phone, 6);
        assert!(cues.near(Cue::Phone, 20));
        cues.stop(10);
        assert!(!cues.near(Cue::Phone, 20));
        cues.note(Cue::Phone, 14);
        cues.note(Cue::Thing, 18);
        assert!(!cues.near(Cue::Phone, 20));
    }
}
