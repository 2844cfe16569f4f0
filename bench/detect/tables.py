"""Labelled tables: columns made by Faker and python-stdnum, decoys, and what each should be.

Decoys are what a column of the type could be taken for: other numbers of its length, codes of its
shape, serial numbers that begin as it does, and names of columns that hold the word for it.
"""

import hashlib
import random
import string

from faker import Faker
from stdnum import luhn, verhoeff
from stdnum.iso7064 import mod_11_10, mod_97_10

ZH, EN = Faker("zh_CN"), Faker("en_US")
RANDOM = random.Random()


def seed(n):
    Faker.seed(n)
    RANDOM.seed(n)


def digits(n, first="123456789"):
    return RANDOM.choice(first) + "".join(RANDOM.choice(string.digits) for _ in range(n - 1))


def letters(n, alphabet=string.ascii_uppercase):
    return "".join(RANDOM.choice(alphabet) for _ in range(n))


def until(module, make):
    """A text that python-stdnum says is right: made, and made anew until it is."""
    from importlib import import_module

    check = import_module("stdnum." + module)
    while True:
        text = make()
        if check.is_valid(text):
            return text


def with_check(module, body, last=string.digits):
    """A body with the check character that python-stdnum accepts; another body where none is."""
    from importlib import import_module

    check = import_module("stdnum." + module)
    while True:
        start = body()
        for c in last:
            if check.is_valid(start + c):
                return start + c


def date(first=1940, last=2010, form="%Y-%m-%d"):
    import datetime

    day = datetime.date(RANDOM.randint(first, last), 1, 1)
    return (day + datetime.timedelta(days=RANDOM.randrange(365))).strftime(form)


def luhn_of(body):
    return body + luhn.calc_check_digit(body)


def social_credit_code():
    return with_check("cn.uscc", lambda: "91" + ZH.ssn()[:6] + letters(
        9, "0123456789ABCDEFGHJKLMNPQRTUWXY"), "0123456789ABCDEFGHJKLMNPQRTUWXY")


def organisation_code():
    body = letters(8, string.digits + string.ascii_uppercase)
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    check = 11 - sum(int(c, 36) * w for c, w in zip(body, weights)) % 11
    return body + "-" + {10: "X", 11: "0"}.get(check, str(check))


def hong_kong_id():
    body = letters(1) + digits(6, string.digits)
    values = [36, int(body[0], 36)] + [int(c) for c in body[1:]]
    rest = -sum(v * w for v, w in zip(values, (9, 8, 7, 6, 5, 4, 3, 2))) % 11
    return f"{body}({'A' if rest == 10 else rest})"


def taiwan_id():
    body = letters(1) + RANDOM.choice("12") + digits(7, string.digits)
    code = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(body[0]) + 10
    total = code // 10 + code % 10 * 9 + sum(int(c) * w for c, w in zip(body[1:], range(8, 0, -1)))
    return body + str(-total % 10)


def iban():
    country, n = RANDOM.choice([("DE", 18), ("FR", 23), ("ES", 20), ("GB", 18)])
    if country == "GB":
        body = letters(4) + digits(14, string.digits)
    else:
        body = digits(n, string.digits)
    return country + mod_97_10.calc_check_digits(body + country) + body


def base64_key():
    return letters(40, string.ascii_letters + string.digits)


# Type: (maker, whether it has check digits, a telling name in Chinese, one in English).
TYPES = {
    "cn-resident-id": (lambda: ZH.ssn(), True, "身份证号", "id_card_no"),
    "cn-residence-permit": (lambda: permit(), True, "居住证号", "residence_permit"),
    "cn-social-credit-code": (social_credit_code, True, "统一社会信用代码", "uscc"),
    "cn-organisation-code": (organisation_code, True, "组织机构代码", "org_code"),
    "cn-registration-number": (
        lambda: (lambda b: b + mod_11_10.calc_check_digit(b))(ZH.ssn()[:6] + digits(8, string.digits)),
        True, "营业执照号", None),
    "cn-mobile": (lambda: ZH.phone_number(), False, "手机号", "mobile"),
    "cn-bank-card": (lambda: luhn_of(RANDOM.choice(["622202", "622848", "621700"]) + digits(
        RANDOM.choice([9, 12]), string.digits)), True, "银行卡号", "bank_card_no"),
    "cn-bank-card ": (lambda: EN.credit_card_number(), True, "信用卡号", "credit_card_number"),
    "hk-id": (hong_kong_id, True, "香港身份证号", "hkid"),
    "tw-id": (taiwan_id, True, "台湾身份证号", None),
    "vin": (lambda: EN.vin(), True, "车架号", "vin"),
    "imei": (lambda: luhn_of(RANDOM.choice(["35", "86", "01"]) + digits(12, string.digits)), True,
             "IMEI号", "imei"),
    "iccid": (lambda: luhn_of("8986" + digits(15, string.digits)), True, "ICCID", "iccid"),
    "imsi": (lambda: "4600" + RANDOM.choice("0123") + digits(10, string.digits), False, "IMSI", "imsi"),
    "iban": (iban, True, None, "iban"),
    "us-ssn": (lambda: EN.ssn(), False, None, "ssn"),
    "gb-nino": (lambda: letters(1, "ABCEHJKLMPRSTWXY") + letters(1, "ABCEHJKLMPRSTWXY") + digits(
        6, string.digits) + letters(1, "ABCD"), False, None, "nino"),
    "gb-nhs": (lambda: with_check("gb.nhs", lambda: digits(9)), True, None, "nhs_number"),
    "ca-sin": (lambda: with_check("ca.sin", lambda: digits(8, "1234567")), True, None, "sin"),
    "br-cpf": (lambda: until_cpf(), True, None, "cpf"),
    "de-steuer-id": (lambda: steuer_id(), True, None, "steuer_id"),
    "fr-nir": (lambda: nir(), True, None, "nir"),
    "it-codice-fiscale": (lambda: Faker("it_IT").ssn(), True, None, "codice_fiscale"),
    "es-dni": (lambda: Faker("es_ES").nif(), True, None, "dni"),
    "pl-pesel": (lambda: Faker("pl_PL").pesel(), True, None, "pesel"),
    "tr-tckimlik": (lambda: with_check("tr.tckimlik", lambda: tck(), string.digits), True, None, "tckimlik"),
    "in-aadhaar": (lambda: (lambda b: b + verhoeff.calc_check_digit(b))(digits(11, "23456789")), True,
                   None, "aadhaar"),
    "kr-rrn": (lambda: with_check("kr.rrn", lambda: date(form="%y%m%d") + "-" + RANDOM.choice(
        "12") + digits(5, "012")), True, None, "rrn"),
    "nl-bsn": (lambda: with_check("nl.bsn", lambda: digits(8)), True, None, "bsn"),
    "fi-hetu": (lambda: Faker("fi_FI").ssn(), True, None, "hetu"),
    "se-personnummer": (lambda: with_check("se.personnummer", lambda: date(
        1930, 1999, "%y%m%d") + "-" + digits(3)), True, None, "personnummer"),
    "sg-nric": (lambda: nric(), True, None, "nric"),
    "th-id": (lambda: with_check("th.pin", lambda: digits(12, "12345678")), True, None, "thai_id"),
    "za-id": (lambda: with_check("za.idnr", lambda: date(1940, 1999, "%y%m%d") + digits(
        4, string.digits) + RANDOM.choice("01") + "8"), True, None, "za_id"),
    "email": (lambda: RANDOM.choice([ZH, EN]).email(), False, "电子邮箱", "email"),
    "phone": (lambda: RANDOM.choice(["010", "021", "0755", "0571"]) + "-" + digits(
        8, "2345678"), False, "固定电话", "telephone"),
    "phone ": (lambda: EN.phone_number(), False, None, "phone_number"),
    "cn-plate": (lambda: ZH.license_plate(), False, "车牌号", "plate_no"),
    "cn-passport": (lambda: "E" + RANDOM.choice([digits(8, string.digits), letters(
        1, "ABCDEFGH") + digits(7, string.digits)]), False, "护照号", "passport_no"),
    "mac": (lambda: EN.mac_address(), False, "MAC地址", "mac"),
    "ip": (lambda: EN.ipv4(), False, "IP地址", "ip"),
    "ip ": (lambda: EN.ipv6(), False, None, "client_ip"),
    "url": (lambda: EN.url() + EN.uri_path(), False, "网址", "url"),
    "user-agent": (lambda: EN.user_agent(), False, None, "user_agent"),
    "device-id": (lambda: EN.uuid4(), False, "设备标识", "device_id"),
    "digest": (lambda: EN.sha256(), False, None, "sha256"),
    "digest ": (lambda: EN.md5(), False, None, "md5"),
    "credential": (lambda: RANDOM.choice(["AKIA" + letters(16), "ghp_" + letters(
        36, string.ascii_letters)]), False, "密钥", "api_key"),
    "person-name": (lambda: ZH.name(), False, "姓名", "name"),
    "person-name ": (lambda: EN.name(), False, None, "full_name"),
    "address": (lambda: ZH.address(), False, "家庭住址", "home_address"),
    "address ": (lambda: EN.address(), False, None, "address"),
    "organisation-name|employer": (lambda: ZH.company(), False, "工作单位", "company"),
    "organisation-name|employer ": (lambda: EN.company(), False, None, "employer"),
    "occupation": (lambda: ZH.job(), False, "职业", "occupation"),
    "occupation ": (lambda: EN.job(), False, None, "job"),
    "country|nationality|region": (lambda: ZH.country(), False, "国籍", "country"),
    "division": (lambda: ZH.province() + ZH.city_name() + "市" + ZH.district() + "区", False, "所属区划", None),
    "division ": (lambda: ZH.province(), False, "省份", "province"),
    "cn-division-code|division": (lambda: ZH.ssn()[:6], False, "行政区划代码", None),
    "birth-date": (lambda: ZH.date_of_birth().isoformat(), False, "出生日期", "birth_date"),
    "event-date": (lambda: date(2019, 2025), False, "就诊日期", "visit_date"),
    "event-date ": (lambda: date(2019, 2025, "%Y/%m/%d %H:%M:%S"), False, "登记时间", "created_at"),
    "sex": (lambda: RANDOM.choice("男女"), False, "性别", "sex"),
    "ethnicity": (lambda: RANDOM.choice("汉族 汉族 汉族 回族 满族 壮族 苗族 维吾尔族".split()), False, "民族", "ethnicity"),
    "marital-status": (lambda: RANDOM.choice("未婚 已婚 离异 丧偶".split()), False, "婚姻状况", "marital_status"),
    "education": (lambda: RANDOM.choice("小学 初中 高中 大专 本科 硕士".split()), False, "学历", "education"),
    "religion": (lambda: RANDOM.choice("佛教 道教 基督教 伊斯兰教".split()), False, "宗教信仰", "religion"),
    "blood-type": (lambda: RANDOM.choice("A B AB O".split()), False, "血型", "blood_type"),
    "diagnosis": (lambda: RANDOM.choice("ABCDEFGHIJKLMN") + digits(2, string.digits) + "." + digits(
        RANDOM.choice([1, 3]), string.digits), False, "疾病编码", "icd10"),
    "diagnosis ": (lambda: RANDOM.choice("高血压 2型糖尿病 急性支气管炎 冠心病 脑梗死 胃溃疡 肺癌 哮喘 骨折 慢性胃炎".split()), False,
                   "诊断", "diagnosis"),
    "medication": (lambda: RANDOM.choice("阿司匹林肠溶片 二甲双胍缓释片 阿莫西林胶囊 头孢曲松钠注射液 布洛芬颗粒 氨氯地平片".split()), False,
                   "药品名称", "drug_name"),
    "location": (lambda: f"{RANDOM.uniform(18, 53):.6f},{RANDOM.uniform(74, 134):.6f}", False, "坐标", "gps"),
    "cn-mobile-masked": (lambda: (lambda p: p[:3] + "****" + p[7:])(ZH.phone_number()), False, None, None),
    "cn-resident-id-masked": (lambda: (lambda p: p[:6] + "********" + p[14:])(ZH.ssn()), False, None, None),
    "cn-bank-card-masked": (lambda: "622202******" + digits(4, string.digits), False, None, None),
    "person-name-masked": (lambda: (lambda p: p[0] + "*" * (len(p) - 1))(ZH.name()), False, None, None),
    "email-masked": (lambda: letters(1).lower() + "***@example.com", False, None, None),
    "cn-military-id": (lambda: RANDOM.choice("军武南北") + "字第" + digits(8) + "号", False, "军官证号", None),
    "age": (lambda: str(RANDOM.randint(0, 99)), False, "年龄", "age"),
    "qq": (lambda: digits(RANDOM.randint(6, 10)), False, "QQ号", "qq"),
    "wechat": (lambda: "wxid_" + letters(8, string.ascii_lowercase + string.digits), False, "微信号", "wechat"),
}
# Types that nothing but a name tells.
BY_NAME = {"age", "qq", "wechat"}


def permit():
    from stdnum.cn import ric

    body = "8" + RANDOM.choice("123") + "0000" + date(form="%Y%m%d") + digits(3)
    return body + ric.calc_check_digit(body + "0")


def until_cpf():
    from stdnum.br import cpf

    body = digits(9, string.digits)
    check = cpf._calc_check_digits(body)
    return body + check


def steuer_id():
    while True:
        body = RANDOM.sample(string.digits, 9)
        body.insert(RANDOM.randrange(10), RANDOM.choice(body))
        if body[0] != "0":
            text = "".join(body)
            return text + mod_11_10.calc_check_digit(text)


def nir():
    body = RANDOM.choice("12") + date(1940, 2005, "%y%m") + f"{RANDOM.randint(1, 95):02}" + digits(
        6, string.digits)
    return f"{body}{97 - int(body) % 97:02}"


def tck():
    return digits(9) + str(RANDOM.randrange(10))


def nric():
    body = digits(7, string.digits)
    total = sum(int(c) * w for c, w in zip(body, (2, 7, 6, 5, 4, 3, 2)))
    return "S" + body + "JZIHGFEDCBA"[total % 11]


COUNT = iter(range(10**9))
SNOWFLAKE = 1_780_000_000_000_000_000

# Decoys: what is none of the types above. A maker, and what it may be called without blame.
DECOYS = {
    "order number": (lambda: "20" + date(2023, 2025, "%y%m%d") + digits(8, string.digits), ""),
    "order number with letters": (lambda: "SO" + date(2023, 2025, "%Y%m%d") + digits(6, string.digits), ""),
    "snowflake": (lambda: str(SNOWFLAKE + RANDOM.randrange(10**15)), ""),
    "serial": (lambda: str(100_000 + next(COUNT)), "row-number"),
    "unix seconds": (lambda: str(RANDOM.randint(1_600_000_000, 1_750_000_000)), "event-date"),
    "unix milliseconds": (lambda: str(RANDOM.randint(1_600_000_000_000, 1_750_000_000_000)), "event-date"),
    "amount": (lambda: f"{RANDOM.uniform(1, 90_000):.2f}", ""),
    "long float": (lambda: repr(RANDOM.random()), ""),
    "percentage": (lambda: f"{RANDOM.uniform(0, 100):.1f}%", ""),
    "product code": (lambda: letters(2) + "-" + digits(5), ""),
    "product code with letter": (lambda: letters(1) + digits(8), ""),
    "product": (lambda: RANDOM.choice("苹果手机 机械键盘 无线鼠标 保温杯 电饭煲 羽绒服 运动鞋 台灯 书包 雨伞".split())
                + RANDOM.choice(["", "Pro", "升级版", "礼盒装"]), ""),
    "status": (lambda: RANDOM.choice("已支付 待发货 已完成 已取消 退款中".split()), ""),
    "colour": (lambda: EN.color_name(), ""),
    "word": (lambda: EN.word(), ""),
    "version": (lambda: ".".join(str(RANDOM.randint(0, 20)) for _ in range(4)), ""),
    "score": (lambda: str(RANDOM.randint(0, 1000)), ""),
    "measure": (lambda: f"{RANDOM.gauss(50, 15):.4f}", ""),
    "hex colour": (lambda: "#" + letters(6, "0123456789abcdef"), ""),
    "file name": (lambda: EN.file_name(), ""),
    "time of day": (lambda: f"{RANDOM.randrange(24):02}:{RANDOM.randrange(60):02}", ""),
    "barcode": (lambda: EN.ean13(), "product-code"),
    "batch": (lambda: "B" + digits(6, string.digits) + "-" + digits(2, string.digits), ""),
    "tracking number": (lambda: RANDOM.choice(["SF", "YT"]) + digits(13), ""),
    "warehouse": (lambda: RANDOM.choice("ABCD") + f"-{RANDOM.randint(1, 40):02}-{RANDOM.randint(1, 9)}", ""),
    "sentence": (lambda: EN.sentence(), ""),
    "unit": (lambda: RANDOM.choice("箱 盒 件 瓶 公斤".split()), ""),
    "currency": (lambda: RANDOM.choice("CNY USD EUR JPY".split()), ""),
    **{f"random {n} digits": (lambda n=n: digits(n), "") for n in (
        6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)},
    "random 18 of the credit code": (lambda: letters(18, "0123456789ABCDEFGHJKLMNPQRTUWXY"), ""),
    "random 17 letters and digits": (lambda: letters(17, "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"), ""),
    "random letter and 9 digits": (lambda: letters(1) + RANDOM.choice("12") + digits(8, string.digits), ""),
    "random 10 hexadecimal": (lambda: letters(10, "0123456789abcdef"), ""),
    "order number with time": (lambda: date(2018, 2025, "%Y%m%d%H%M%S") + digits(4, string.digits), ""),
    "payment number": (lambda: "42000" + digits(23, string.digits), ""),
    "serial that begins as a mobile number": (lambda: str(13_800_000_000 + next(COUNT)), ""),
    "unix microseconds": (lambda: str(RANDOM.randint(
        1_600_000_000_000_000, 1_750_000_000_000_000)), ""),
    "version of three parts": (lambda: f"v{RANDOM.randint(0, 9)}.{RANDOM.randint(0, 20)}.{RANDOM.randint(0, 99)}", ""),
    "version of a system": (lambda: f"10.0.{RANDOM.randint(10_000, 22_999)}.{RANDOM.randint(1, 4_999)}", ""),
    "short hash of a commit": (lambda: letters(7, "0123456789abcdef"), ""),
    "extension": (lambda: "8" + digits(3), ""),
    "amount with a sign": (lambda: f"¥{RANDOM.uniform(1, 9999):.2f}", ""),
    "amount with commas": (lambda: f"{RANDOM.randrange(1, 9_999_999):,}.{RANDOM.randrange(100):02}", ""),
    "exponent": (lambda: f"{RANDOM.uniform(1e-9, 1e-3):.3e}", ""),
    "barcode, no check digit": (lambda: "69" + digits(11, string.digits), ""),
    "part number": (lambda: f"{digits(8)}-{digits(1)}", ""),
    "part number with dots": (lambda: f"{digits(2)}.{digits(3)}.{digits(3)}", ""),
    "key of 11 letters and digits": (lambda: letters(11, string.ascii_letters + string.digits + "-_"), ""),
    "patent": (lambda: "CN" + digits(12) + "." + digits(1), ""),
    "standard": (lambda: "GB/T " + digits(4) + "-" + str(RANDOM.randint(1990, 2023)), ""),
    "flight": (lambda: RANDOM.choice("CA MU CZ HU".split()) + digits(4), ""),
    "dimensions": (lambda: f"{RANDOM.randint(10, 99)}*{RANDOM.randint(10, 99)}*{RANDOM.randint(10, 99)}", ""),
    "quarter": (lambda: f"{RANDOM.randint(2018, 2025)}Q{RANDOM.randint(1, 4)}", ""),
    "size": (lambda: RANDOM.choice("S M L XL XXL".split()), ""),
    "grade": (lambda: RANDOM.choice("A B C D".split()), ""),
    "weekday": (lambda: RANDOM.choice("Monday Tuesday Wednesday Thursday Friday".split()), ""),
    "month": (lambda: RANDOM.choice("January February March April May June July August".split()), ""),
    "brands that begin as names do": (lambda: RANDOM.choice("张裕 王致和 马应龙 同仁堂 金龙鱼 白象 谢馥春 老干妈".split()), ""),
    "fruit": (lambda: RANDOM.choice("苹果 香蕉 西瓜 葡萄 黄瓜 白菜 江米 桃子".split()), ""),
    "slug": (lambda: EN.slug(), ""),
    "phrase": (lambda: EN.catch_phrase(), ""),
    "zero and 10 digits": (lambda: "0" + digits(10, string.digits), ""),
    "order number of six digits, a time and a number": (
        lambda: date(2022, 2025, "%Y%m%d%H%M%S") + digits(6, string.digits), ""),
    "serial with a letter": (lambda: f"E{10_000_000 + next(COUNT)}", ""),
    "P and 8 digits": (lambda: "P" + digits(8, string.digits), ""),
    "K and 8 digits": (lambda: "K" + digits(8, string.digits), ""),
    "book number of ten places": (lambda: EN.isbn10(separator=""), "product-code"),
    "book number with hyphens": (lambda: EN.isbn10(), "product-code"),
    "version of four parts to 99": (lambda: ".".join(str(RANDOM.randrange(100)) for _ in range(4)), ""),
    "version and build": (lambda: f"{RANDOM.randrange(10)}.{RANDOM.randrange(10)}.{RANDOM.randrange(255)}"
                          f".{RANDOM.randrange(255)}", ""),
    "ZIP+4": (lambda: digits(5) + "-" + digits(4), "postcode"),
    "employer number": (lambda: EN.ein(), ""),
    "tracking number of a parcel": (lambda: "1Z" + letters(6, string.ascii_uppercase + string.digits)
                                    + digits(10, string.digits), ""),
    "international tracking number": (lambda: "E" + letters(1) + digits(9, string.digits) + "CN", ""),
    "object number of 24 hexadecimal": (lambda: letters(24, "0123456789abcdef"), ""),
    "path": (lambda: EN.file_path(depth=3), ""),
    "locale": (lambda: EN.locale(), ""),
    "chemical": (lambda: f"{digits(5)}-{digits(2, string.digits)}-{digits(1)}", ""),
    "machines": (lambda: RANDOM.choice("Printer Monitor Router Scanner Speaker Charger Adapter Toaster Blender "
                                       "Refrigerator Projector Controller Server Computer Recorder".split()), ""),
    "kinds of goods": (lambda: RANDOM.choice("Home and Garden,Toys and Games,Health and Beauty,Sports and Outdoors,"
                                             "Food and Drink,Arts and Crafts".split(",")), ""),
    "zones": (lambda: RANDOM.choice("A区 B区 C区 D区 冷藏区 待检区 退货区".split()), ""),
    "channels": (lambda: RANDOM.choice("超市 门市 便利店 电商 批发 直营".split()), ""),
    "American cities": (lambda: RANDOM.choice(
        "Austin Houston Charlotte Jackson Madison Lincoln Orlando Aurora Savannah Paris Florence Dallas Denver "
        "Phoenix Chicago Seattle Portland Boston Memphis Nashville Tucson Fresno Omaha Raleigh".split()),
                        "place|division|region"),
    "dishes": (lambda: RANDOM.choice("鱼香肉丝 宫保鸡丁 麻婆豆腐 红烧肉 糖醋排骨 水煮鱼 回锅肉 东坡肉 白切鸡 番茄炒蛋 酸菜鱼 毛血旺 "
                                     "小龙虾 黄焖鸡 梅菜扣肉 口水鸡 地三鲜 酱牛肉 葱爆羊肉 清蒸鲈鱼".split()), ""),
    "plants": (lambda: RANDOM.choice("玫瑰 牡丹 百合 菊花 兰花 梅花 荷花 桂花 月季 杜鹃 茉莉 水仙 康乃馨 向日葵 郁金香 海棠 紫薇 "
                                     "金银花 常春藤 文竹 君子兰 芦荟".split()), ""),
    "exceptions": (lambda: RANDOM.choice("NullPointerException IOException TimeoutException SQLException".split()), ""),
    "keys of tables": (lambda: "_".join(EN.word() for _ in range(RANDOM.randint(3, 5))), ""),
}

# Names that hold the word of a type, over columns that are none of it.
MISLEADING = {
    "phone_model": (lambda: RANDOM.choice(["iPhone 13", "Mate 60", "Mi 14", "P50 Pro", "Galaxy S23"]), ""),
    "mobile_os": (lambda: RANDOM.choice(["iOS", "Android", "HarmonyOS"]), ""),
    "id_type": (lambda: RANDOM.choice("身份证 护照 军官证 驾驶证".split()), ""),
    "身份证类型": (lambda: RANDOM.choice("一代 二代 临时".split()), ""),
    "手机品牌": (lambda: RANDOM.choice("华为 小米 苹果 荣耀".split()), ""),
    "手机号归属运营商": (lambda: RANDOM.choice("移动 联通 电信".split()), ""),
    "name_of_product": (lambda: RANDOM.choice("保温杯 电饭煲 羽绒服 运动鞋 台灯".split()), ""),
    "name_length": (lambda: str(RANDOM.randint(2, 12)), ""),
    "address_count": (lambda: str(RANDOM.randint(0, 9)), ""),
    "email_count": (lambda: str(RANDOM.randint(0, 300)), ""),
    "email_verified": (lambda: RANDOM.choice(["true", "false"]), ""),
    "邮箱服务商": (lambda: RANDOM.choice(["qq.com", "163.com", "gmail.com"]), "domain|url"),
    "银行网点": (lambda: RANDOM.choice("朝阳支行 海淀支行 浦东分行".split()), "organisation-name|employer"),
    "token_count": (lambda: str(RANDOM.randint(0, 3000)), ""),
    "ip_version": (lambda: RANDOM.choice("46"), ""),
    "sex_ratio": (lambda: f"{RANDOM.uniform(0.8, 1.2):.3f}", ""),
    "card_level": (lambda: RANDOM.choice("普卡 金卡 白金卡".split()), ""),
    "account_status": (lambda: RANDOM.choice("active frozen closed".split()), ""),
    "diagnosis_count": (lambda: str(RANDOM.randint(0, 9)), ""),
    "file_name": (lambda: EN.file_name(), ""),
    "event_name": (lambda: RANDOM.choice("click view login logout pay".split()), ""),
    "device_type": (lambda: RANDOM.choice("phone tablet pc".split()), ""),
    # The name of a type as it stands, over values that are none of it.
    "身份证号码": (lambda: digits(18), ""),
    "bank_card": (lambda: digits(16, "13789"), ""),
    "imei_no": (lambda: digits(15, "23579"), ""),
    "vin_no": (lambda: letters(17, "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"), ""),
    "mobile_no": (lambda: digits(16), ""),
    "信用代码": (lambda: letters(18, "0123456789ABCDEFGHJKLMNPQRTUWXY"), ""),
    "邮箱": (lambda: "SO" + digits(12), ""),
    "login_ip": (lambda: RANDOM.choice(["web", "app", "kiosk", "branch"]), ""),
    "website": (lambda: RANDOM.choice(["north", "south", "online", "partner"]), ""),
    "hash": (lambda: EN.word(), ""),
    "生日": (lambda: RANDOM.choice("金 银 铜 铁".split()), ""),
}

DIRT = ["未知", "N/A", "-", "test", "0", "null", "?", "待补充", "x"]


def dirty(text):
    """A cell that went wrong: a word for nothing, cut short, or with a character changed."""
    kind = RANDOM.random()
    if kind < 0.5:
        return RANDOM.choice(DIRT)
    if kind < 0.75 and len(text) > 2:
        return text[: len(text) // 2]
    place = RANDOM.randrange(len(text))
    return text[:place] + RANDOM.choice("09ZX#") + text[place + 1:]


def column(make, rows, nulls=0.0, dirt=0.0, distinct=None):
    pool = [make() for _ in range(distinct)] if distinct else None
    cells = []
    for _ in range(rows):
        if RANDOM.random() < nulls:
            cells.append("")
            continue
        text = RANDOM.choice(pool) if pool else make()
        cells.append(dirty(text) if RANDOM.random() < dirt else text)
    return cells


def tables(small=50, large=3000):
    """Tables as (name of the kind, rows, [(column name, label, decoy's leave, cells)])."""
    kinds = [
        ("neutral, clean", large, {}, None),
        ("neutral, half of the cells empty", large, {"nulls": 0.5}, None),
        ("neutral, 5 % dirt", large, {"dirt": 0.05}, None),
        ("neutral, 20 % dirt", large, {"dirt": 0.2}, None),
        ("neutral, 50 rows", small, {}, None),
        ("neutral, 50 rows, 10 % dirt", small, {"dirt": 0.1}, None),
        ("Chinese names, 10 % dirt", large, {"dirt": 0.1, "nulls": 0.1}, 2),
        ("English names, 10 % dirt", large, {"dirt": 0.1, "nulls": 0.1}, 3),
        ("Chinese names, 50 rows", small, {}, 2),
        ("misleading names", large, {}, "misleading"),
    ]
    for kind, rows, how, names in kinds:
        made = []
        labels = list(TYPES)
        for at, label in enumerate(labels):
            make, _, *_ = TYPES[label]
            if isinstance(names, int):
                name = TYPES[label][names]
            elif names == "misleading":
                name = None if label.strip() in BY_NAME else "备注 code status 数量 item 名称代码 level flag2".split()[at % 8]
                name = name and f"{name}_{at}" if name and name.isascii() else name and name + str(at)
            else:
                name = None if label.strip() in BY_NAME else f"c{at}"
            if name is None:
                continue
            made.append((name, label.strip(), "", column(make, rows, **how)))
        if names not in (2, 3):
            for at, (decoy, (make, leave)) in enumerate(DECOYS.items()):
                made.append((f"d{at}", None, leave, column(make, rows, **how), decoy))
        else:
            for name, (make, leave) in MISLEADING.items():
                made.append((name, None, leave, column(make, rows, **how), name))
        yield kind, rows, made
