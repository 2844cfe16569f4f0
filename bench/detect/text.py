#!/usr/bin/env python3
"""Precision and recall of the scanner of free text, at cell level.

    pip install -r bench/detect/text-requirements.txt
    cargo build --release -p weir-detect --example text
    python3 bench/detect/text.py [--seed N] [--cells N] [--show KIND]

Texts are sentences in Chinese and English whose slots are filled by Faker (zh_CN, en_US, en_GB) and
numbers checked by python-stdnum; some sentences hold only lookalikes. A cell counts for a kind if
it holds it (truth) or the scanner says so (found). Half of the templates and half of the decoys
were not looked at while the scanner was made; both halves are reported. With --show the cells that
are wrong for a kind are printed: they are made up.
"""
import argparse
import collections
import os
import pathlib
import random
import re
import subprocess
import sys

from faker import Faker
from stdnum.cn import ric
from stdnum import luhn

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Kinds that a slot makes; several names of a kind are one kind here.
KINDS = {
    "name": "person-name", "enname": "person-name-latin", "mobile": "cn-mobile", "id": "cn-resident-id",
    "card": "cn-bank-card", "email": "email", "address": "address", "enaddress": "address",
    "company": "organisation-name", "encompany": "organisation-name", "plate": "cn-plate", "ip": "ip",
    "ipv6": "ip", "mac": "mac", "url": "url", "iban": "iban", "ssn": "us-ssn", "nino": "gb-nino",
    "usphone": "phone", "gbphone": "phone", "landline": "phone", "passport": "cn-passport",
    "birth": "birth-date", "enbirth": "birth-date", "credit": "cn-social-credit-code",
    "disease": "diagnosis", "drug": "medication", "ethnic": "ethnicity", "password": "credential",
    "key": "credential", "coordinates": "location", "dotted": "person-name", "uuid": "device-id",
    "wechat": "social-account", "mrn": "medical-record-number",
}

ZH = [
    "{name}于昨天下午来电，电话{mobile}，反映小区停车问题。",
    "客户{name}（身份证号{id}）申请提前还款，联系电话{mobile}。",
    "收件人：{name}，手机：{mobile}，地址：{address}。",
    "患者{name}，男，45岁，诊断为{disease}，予{drug}口服治疗。",
    "请把发票寄到{address}，联系人{name}。",
    "今天{name}和{name}一起去了{company}面试。",
    "{name}就职于{company}，邮箱{email}。",
    "车主{name}，车牌{plate}，在停车场刮蹭了前车。",
    "经核实，{company}的统一社会信用代码为{credit}。",
    "用户{name}从{ip}登录，设备MAC为{mac}。",
    "本人{name}，{ethnic}，{birth}出生，现住{address}。",
    "退款请打到{card}，户名{name}。",
    "{name}的银行卡{card}昨晚被盗刷两笔。",
    "会议由{name}主持，{name}、{name}参加。",
    "证人{name}称，当时他正在家中休息。",
    "快递员说{name}的包裹放在门口了，打{mobile}没人接。",
    "麻烦通知一下{name}明天带上身份证{id}来窗口办理。",
    "孩子叫{name}，班主任是{name}老师。",
    "既往有{disease}病史，长期服用{drug}。",
    "公司名称：{company}；法定代表人：{name}；电话：{landline}。",
    "服务器地址{ip}，初始密码：{password}。",
    "{ethnic}学生{dotted}获得一等奖。",
    "家住{address}的{name}报警称电动车被偷。",
    "我叫{name}，我的邮箱是{email}，有消息请发邮件。",
    "{name}女士持护照{passport}入境，随行人员两名。",
    "请加微信号：{wechat}，备注姓名{name}。",
    "病历号：{mrn}，{name}，因{disease}入院。",
    "事故发生在坐标{coordinates}附近，报警人{mobile}。",
    "经办人{name}已核对{company}提交的材料。",
    "送货至{address}，到了打{mobile}。",
    "据{name}介绍，该项目由{company}承建。",
    "门诊记录：{name}自述头晕三天，测血压偏高，考虑{disease}。",
    "投诉人{name}反映在{company}购买的商品有质量问题，要求退款。",
    "转账给{name}，账号{card}，请确认到账。",
    "民警联系到了失主{name}，其手机号为{mobile}。",
    "{company}人力资源部{name}，直线{landline}。",
    "新同事{name}下周一入职，工位在三楼。",
    "感谢{name}医生的悉心照顾，祝工作顺利！",
    "出生日期：{birth}，姓名：{name}，证件号码：{id}。",
    "昨天在{address}门口捡到一个钱包，里面有{name}的身份证。",
    "{name}在群里说他换号码了，新号{mobile}。",
    "我表哥{name}住在{address}，离这里不远。",
]

EN = [
    "{enname} called yesterday about invoice 20391, phone {usphone}.",
    "Please ship the parcel to {enaddress} and email {email}.",
    "My SSN is {ssn} and my name is {enname}.",
    "Contact {enname} at {gbphone} or {email}.",
    "Patient {enname}, DOB {enbirth}, was prescribed {drugen}.",
    "{enname} works at {encompany} as a senior analyst.",
    "Payment by card {card} was declined for {enname}.",
    "Transfer the deposit to IBAN {iban}, thanks.",
    "The request came from {ip} with MAC address {mac}.",
    "See {url} for details or write to {email}.",
    "I spoke with {enname} this morning and she agreed.",
    "National insurance number {nino} belongs to {enname}.",
    "{enname} lives at {enaddress}.",
    "Dear {enname}, thank you for your order.",
    "The tenant, {enname}, moved to {enaddress} last May.",
    "Set password={password} before the first login.",
    "Login attempt from {ipv6} blocked.",
    "According to {enname}, {encompany} will close two offices.",
    "Best regards,\n{enname}\n{usphone}",
    "Deploy with api_key: {key} in the environment.",
    "Our driver {enname} reported an accident near {coordinates}.",
    "Device OAID: {uuid} reported twice.",
    "Witness {enname} said the car left quickly.",
    "{enname} and {enname} attended the meeting on Friday.",
    "{enname}'s address is {enaddress}; please update the record.",
    "Reached {enname} by phone ({usphone}) to confirm the booking.",
    "Invoice sent to {encompany}, attention {enname}.",
    "Born on {enbirth}, {enname} studied chemistry.",
    "You can reach our office on {gbphone} between nine and five.",
    "Refund issued to {card}; the customer {enname} was informed at {email}.",
]

DECOYS_ZH = [
    "订单号{n11}已发货，预计三天内送达。",
    "商品编码{n13}，库存{small}件，单价{price}元。",
    "系统于{timestamp}重启，耗时{price}秒。",
    "批次{n18}检验合格，准予放行。",
    "高中毕业后他在王国酒店工作，马上要去成都。",
    "于是大家都同意了这个方案，时间定在下周。",
    "黄山和华山都是著名的旅游景点，夏季游客最多。",
    "江苏、安徽、山东三省今年粮食丰收。",
    "石家庄和马鞍山的钢铁企业纷纷减产。",
    "本季度营收{n8}元，同比增长{price}%。",
    "金额合计{price}元，余额{price}元，请核对。",
    "流水号：{n16}，交易成功。",
    "温度升高后，压力随之变化，应及时记录。",
    "张贴海报时要注意安全，严禁攀爬围墙。",
    "方便面和水果都已经送到，请查收。",
    "白天温度较高，夜间转凉，注意保暖。",
    "任何单位和个人不得擅自修改数据。",
    "项目编号{code}，合同号{code}，版本{version}。",
    "运单号{n12}显示已签收。",
    "金银花、黄连、甘草都是常见的中药材。",
    "会议室在三楼，电梯左转，请提前十分钟到场。",
    "常见问题请查看帮助中心，万一遇到困难请提交工单。",
    "条形码{ean}扫描失败，请重试。",
    "古代诗人常以明月为题，后人多有模仿。",
    "路由器固件升级到{version}，请勿断电。",
    "乐山大佛和丽江古城都是世界遗产。",
    "康复训练每天两次，每次三十分钟。",
    "雷达和通信设备运行正常，巡检未见异常。",
    "严格按照程序操作，确保生产安全。",
    "单价{price}元，数量{small}，折扣后{price}元。",
    "凭证号{n10}，附件{small}张。",
    "许多客户希望延长营业时间，管理层正在研究。",
    "龙井茶和普洱茶哪个更受欢迎？",
    "宁波港吞吐量再创新高，钱塘江大桥通车。",
    "车间第{small}号机器停机检修，型号{code}。",
    "全年平均气温十五度，汪洋大海一望无际。",
    "应急管理部门发布预警，沿海地区注意防范。",
    "向阳花开得正好，公园里游人如织。",
    "关于加强食品安全工作的通知已经印发。",
    "样本号{n15}复检结果为阴性。",
]

DECOYS_EN = [
    "Order number {n11} shipped on Monday.",
    "Tracking {n12} is in transit.",
    "Version {version} fixes the login bug.",
    "The total was {price} dollars for {small} items.",
    "Ticket {n10} was closed after review.",
    "Jordan River and Virginia Beach are popular places to visit.",
    "The committee will meet on Monday in Room {small}.",
    "Build {version} took {price} seconds.",
    "Product code {code} is out of stock.",
    "New York and Los Angeles are large cities.",
    "Serial number {n16} was not found.",
    "Please read the User Guide before starting.",
    "Chapter 12 covers the Great Wall and the Silk Road.",
    "Batch {n9} passed the quality test.",
    "The epoch timestamp was {timestamp13}.",
    "Big Data and Machine Learning are growing fields.",
    "The Grand Hotel offers a free breakfast.",
    "Temperature rose from {price} to {price} degrees.",
    "Reference {code}-{n8} must be quoted.",
    "Happy New Year to the whole team!",
    "The password is required to continue.",
    "Invoice {n8} is due on 2023-05-17.",
    "Customer Service is open from 9 to 17 on Saturday.",
    "Mount Everest is higher than Mont Blanc.",
    "Part {code} fits model {code}.",
    "May and June were warm, March was cold.",
    "The Supreme Court ruled on the case in April.",
    "ISBN 978-7-115-{n5}-{small} is a textbook.",
    "Will Smithsonian hours change in Summer?",
    "Green Tea and Black Coffee are on sale.",
]

DISEASES = ("高血压 糖尿病 冠心病 肺炎 胃溃疡 甲状腺结节 乳腺癌 肝硬化 慢性胃炎 支气管哮喘 脑梗死 抑郁症 腰椎间盘突出症 "
            "急性阑尾炎 缺铁性贫血 类风湿关节炎 慢性肾衰竭 胆囊结石 心房颤动 2型糖尿病 肺结核 白血病 帕金森病 痛风").split()
DRUGS = ("阿司匹林肠溶片 二甲双胍片 阿莫西林胶囊 硝苯地平控释片 阿托伐他汀钙片 奥美拉唑肠溶胶囊 布洛芬缓释胶囊 氯吡格雷片 "
         "头孢克肟胶囊 缬沙坦胶囊 胰岛素注射液 左氧氟沙星片").split()
DRUGS_EN = "metformin atorvastatin amoxicillin ibuprofen lisinopril omeprazole sertraline amlodipine".split()
ETHNIC = "汉族 回族 维吾尔族 壮族 满族 苗族 藏族 蒙古族 彝族 土家族 朝鲜族 哈萨克族".split()
DOTTED = ("阿依古丽·买买提 艾力·肉孜 古丽娜尔·阿不都拉 买买提江·吐尔逊 阿卜杜拉·艾山 热依汗·库尔班 帕提古丽·玉素甫 "
          "努尔兰·哈斯木 迪丽热巴·迪力木拉提 阿迪力·吾守尔").split()


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        Faker.seed(seed)
        self.zh, self.us, self.gb = Faker("zh_CN"), Faker("en_US"), Faker("en_GB")

    def digits(self, n, first="123456789"):
        return self.random.choice(first) + "".join(self.random.choices("0123456789", k=n - 1))

    def spaced(self, text, groups):
        sign = self.random.choice(["", "", " ", "-"])
        parts, at = [], 0
        for group in groups:
            parts.append(text[at:at + group])
            at += group
        return sign.join(part for part in parts + [text[at:]] if part)

    def card(self):
        prefix = self.random.choice(["622202", "621700", "622848", "4367", "5187", "356833", "4111", "6225"])
        body = prefix + self.digits((18 if prefix.startswith("62") and self.random.random() < .6 else 15) - len(prefix), "0123456789")
        return self.spaced(body + luhn.calc_check_digit(body), [4, 4, 4, 4])

    def resident(self):
        while True:
            number = self.zh.ssn(min_age=16, max_age=90)
            try:
                if ric.is_valid(number):
                    return number
            except KeyError:  # python-stdnum knows no county of some codes
                pass

    def credit(self):
        alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        body = self.random.choice(["91", "92", "12", "52"]) + self.random.choice(["110105", "310115", "440300", "330106"])
        body += "".join(self.random.choices(alphabet, k=9))
        weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
        total = sum(alphabet.index(c) * w for c, w in zip(body, weights))
        return body + alphabet[(31 - total % 31) % 31]

    def slot(self, name):
        r, zh = self.random, self.zh
        birth = zh.date_of_birth(minimum_age=1, maximum_age=95)
        en = r.choice([self.us, self.gb])
        lat, lon = r.uniform(20, 50), r.uniform(80, 125)
        make = {
            "name": zh.name, "enname": lambda: f"{en.first_name()} {en.last_name()}",
            "mobile": lambda: self.spaced(zh.phone_number(), [3, 4, 4]), "id": self.resident, "card": self.card,
            "email": lambda: r.choice([zh.email(), en.email(), zh.company_email()]),
            "address": lambda: r.choice([
                zh.address(), zh.address().split(" ")[0],
                f"{zh.province()}{zh.city()}{zh.district()}区{zh.street_name()}{r.randint(1, 999)}号{r.randint(1, 30)}栋{r.randint(101, 2999)}室",
                f"{zh.city()}{zh.district()}区{zh.street_name()}{r.randint(1, 999)}号",
            ]),
            "enaddress": en.address, "company": zh.company, "encompany": self.us.company,
            "plate": lambda: zh.license_plate().replace("-", r.choice(["", "·", "-"])), "ip": en.ipv4_public, "ipv6": en.ipv6,
            "mac": lambda: r.choice([en.mac_address(), en.mac_address().upper().replace(":", "-")]), "url": en.uri,
            "iban": lambda: self.spaced(self.gb.iban(), [4, 4, 4, 4, 4]).replace("-", " "), "ssn": self.us.ssn, "nino": self.gb.ssn,
            "usphone": self.us.phone_number, "gbphone": self.gb.phone_number,
            "landline": lambda: r.choice(["010", "021", "0755", "0571"]) + r.choice(["-", "", "-"]) + self.digits(8, "2345678"),
            "passport": lambda: r.choice(["E", "G"]) + self.digits(8, "0123456789") if r.random() < 0.7 else r.choice(["EA", "EB"]) + self.digits(7, "0123456789"),
            "birth": lambda: r.choice([f"{birth:%Y-%m-%d}", f"{birth.year}年{birth.month}月{birth.day}日", f"{birth:%Y/%m/%d}", f"{birth:%Y%m%d}"]),
            "enbirth": lambda: r.choice([f"{birth:%Y-%m-%d}", f"{birth:%m/%d/%Y}", f"{birth:%d %B %Y}", f"{birth:%B %d, %Y}"]),
            "credit": self.credit, "disease": lambda: r.choice(DISEASES), "drug": lambda: r.choice(DRUGS),
            "drugen": lambda: r.choice(DRUGS_EN), "ethnic": lambda: r.choice(ETHNIC), "dotted": lambda: r.choice(DOTTED),
            "password": lambda: en.password(length=r.randint(8, 14), special_chars=False), "key": lambda: "AKIA" + "".join(r.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=13)) + self.digits(3),
            "coordinates": lambda: f"{lat:.6f}, {lon:.6f}", "uuid": en.uuid4, "wechat": lambda: en.user_name() + "_" + self.digits(3),
            "mrn": lambda: r.choice(["ZY", "MZ", ""]) + self.digits(8),
            "price": lambda: f"{r.uniform(1, 9999):.2f}", "small": lambda: str(r.randint(1, 99)),
            "timestamp": lambda: zh.date_time().strftime("%Y-%m-%d %H:%M:%S"), "timestamp13": lambda: str(r.randint(15 * 10**11, 17 * 10**11)),
            "code": lambda: "".join(r.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=r.randint(1, 3))) + self.digits(r.randint(4, 9)),
            "version": lambda: ".".join(str(r.randint(0, 40)) for _ in range(4)), "ean": en.ean13,
        }
        sized = re.fullmatch(r"n(\d+)", name)
        return self.digits(int(sized[1])) if sized else make[name]()

    def cell(self, template):
        truth, text = [], ""
        for part in re.split(r"(\{\w+\})", template):
            if part.startswith("{"):
                value = self.slot(part[1:-1])
                kind = "medication" if part == "{drugen}" else KINDS.get(part[1:-1])
                if kind:
                    start = len(text.encode())
                    truth.append((start, start + len(value.encode()), kind))
                text += value
            else:
                text += part
        return text, truth


def scan(cells):
    binary = ROOT / "target" / os.environ.get("WEIR_PROFILE", "release") / "examples" / "text"
    data = "".join(text + "\x1e" for text in cells).encode()
    out = subprocess.run([str(binary), "spans"], input=data, capture_output=True, check=True).stdout.decode()
    found = []
    for line in out.split("\n")[:len(cells)]:
        spans = [span.split() for span in line.split(";") if span]
        found.append([(int(a), int(b), kind) for a, b, kind, _ in spans])
    return found


def score(cells, found, show):
    counts = collections.defaultdict(collections.Counter)
    for (text, truth), spans in zip(cells, found):
        wanted, got = {kind for *_, kind in truth}, {kind for *_, kind in spans}
        for kind in wanted | got:
            outcome = "tp" if kind in wanted and kind in got else "fn" if kind in wanted else "fp"
            counts[kind][outcome] += 1
            counts["overall"][outcome] += 1
            if outcome != "tp" and show in (kind, "all"):
                data = text.encode()
                print(outcome, kind, repr(text), [(k, data[a:b].decode()) for a, b, k in spans])
        # Exact places, beside the cells.
        for kind in wanted:
            exact = {span for span in truth if span[2] == kind}
            counts[kind]["places"] += len(exact)
            counts[kind]["exact"] += len(exact & set(spans))
    return counts


def table(title, counts):
    print(f"\n{title}\n{'kind':26} {'cells':>6} {'precision':>9} {'recall':>7} {'exact places':>12}")
    worst = True
    for kind in sorted(counts, key=lambda kind: (kind == "overall", kind)):
        c = counts[kind]
        precision = c["tp"] / (c["tp"] + c["fp"]) if c["tp"] + c["fp"] else 1
        recall = c["tp"] / (c["tp"] + c["fn"]) if c["tp"] + c["fn"] else float("nan")
        exact = f"{c['exact'] / c['places']:.3f}" if c["places"] else ""
        worst &= precision >= 0.97 and not recall < 0.90
        mark = "" if precision >= 0.97 and not recall < 0.90 else "  <"
        print(f"{kind:26} {c['tp'] + c['fn']:6} {precision:9.3f} {recall:7.3f} {exact:>12}{mark}")
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", type=int, default=60, help="of each template")
    parser.add_argument("--show", help="print the cells that are wrong for a kind, or `all`")
    parser.add_argument("--half", choices=["seen", "held", "both"], default="both")
    parser.add_argument("--write", help="write the cells to a file, for a measure of speed")
    options = parser.parse_args()
    maker = Maker(options.seed)
    sound = True
    for half, title in ((0, "seen"), (1, "held")):
        templates = [t for group in (ZH, EN, DECOYS_ZH, DECOYS_EN) for t in group[half::2]]
        cells = [maker.cell(t) for t in templates for _ in range(options.cells)]
        if options.write and half == 0:
            pathlib.Path(options.write).write_text("\n".join(text for text, _ in cells), encoding="utf-8")
        if options.half in (title, "both"):
            counts = score(cells, scan([text for text, _ in cells]), options.show)
            sound &= table(f"templates {title}", counts)
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
