CREATE USER 'reader'@'%' IDENTIFIED BY 'zqxv-pass word/@:';
CREATE DATABASE clinic CHARACTER SET utf8mb4;
CREATE DATABASE nothing;
CREATE DATABASE slowly;
USE clinic;

CREATE TABLE people (
    id bigint PRIMARY KEY,
    col7 varchar(40) COMMENT '患者姓名（入院登记）',
    tel varchar(20),
    born date,
    seen timestamp NULL,
    amount decimal(18, 2),
    card bigint unsigned,
    code varchar(8),
    feeling enum('calm', 'sad'),
    flags set('a', 'b'),
    ok tinyint(1),
    bits bit(8),
    extra json,
    photo varbinary(32),
    spot point,
    hour time,
    address inet6,
    old varchar(20) CHARACTER SET gbk,
    rest int GENERATED ALWAYS AS (id % 7) STORED,
    UNIQUE KEY tel_born (tel, born)
) COMMENT 'patients of the ward';
INSERT INTO people (id, col7, tel, born, seen, amount, card, code, feeling, flags, ok, bits, extra, photo, spot, hour, address, old)
SELECT seq, ELT(1 + seq % 10, '张伟', '王芳', '李娜', '刘洋', '陈静', '杨强', '赵敏', '黄丽', '周杰', '吴霞'),
    CONCAT('138', LPAD(seq * 7919 % 100000000, 8, '0')), DATE '1950-01-01' + INTERVAL seq * 37 % 20000 DAY,
    TIMESTAMP '2024-01-01 00:00:00' + INTERVAL seq HOUR, seq * 1.25, 6222020000000000000 + seq,
    LPAD(seq, 6, '0'), 'calm', 'a,b', seq % 2, seq % 256, '{"zqxv": 1}', UNHEX(MD5(seq)), POINT(seq, seq),
    SEC_TO_TIME(seq), '2001:db8::1', '北京市'
FROM seq_1_to_2000;
SET sql_mode = '';
INSERT INTO people (id, born) VALUES (5000, '0000-00-00');

CREATE TABLE visits (no int AUTO_INCREMENT PRIMARY KEY, person bigint, what text, FOREIGN KEY (person) REFERENCES people (id));
INSERT INTO visits (person, what) SELECT seq, 'zqxv flu' FROM seq_1_to_100;
CREATE TABLE `ta``ble "名" $$;--` (`a b` int, `c``d` text, `列` text, `select` int, `c` int);
INSERT INTO `ta``ble "名" $$;--` VALUES (1, 'x', 'y', 2, 5), (2, '', NULL, 3, 6);
CREATE TABLE without_rows (id_card text, name text);
CREATE TABLE parted (k int, v text) PARTITION BY HASH (k) PARTITIONS 4;
INSERT INTO parted SELECT seq, 'v' FROM seq_1_to_200;
CREATE TABLE partly (a int, hidden text);
INSERT INTO partly VALUES (1, 'zqxv');
CREATE TABLE secret (zqxv int);
CREATE VIEW seen_people AS SELECT id, tel FROM people;
CREATE VIEW broken AS SELECT what FROM visits;
CREATE TABLE long_cells (a int, text longtext);
INSERT INTO long_cells VALUES (1, REPEAT('长', 3000000)), (2, NULL);
CREATE TABLE big (id int PRIMARY KEY, who text, grp int);
INSERT INTO big SELECT seq, MD5(seq), seq DIV 100000 FROM seq_1_to_600000;
ANALYZE TABLE big;
CREATE DATABASE loose CHARACTER SET utf8mb4;
CREATE TABLE loose.big AS SELECT who, grp FROM big;
ANALYZE TABLE loose.big;

CREATE VIEW slowly.slow AS SELECT id FROM clinic.big WHERE SLEEP(1) = 0;
GRANT SELECT ON loose.* TO 'reader'@'%';
GRANT SELECT ON slowly.* TO 'reader'@'%';
GRANT SELECT ON nothing.* TO 'reader'@'%';
GRANT SELECT ON clinic.people TO 'reader'@'%';
GRANT SELECT ON clinic.visits TO 'reader'@'%';
GRANT SELECT ON clinic.`ta``ble "名" $$;--` TO 'reader'@'%';
GRANT SELECT ON clinic.without_rows TO 'reader'@'%';
GRANT SELECT ON clinic.parted TO 'reader'@'%';
GRANT SELECT (a) ON clinic.partly TO 'reader'@'%';
GRANT INSERT ON clinic.secret TO 'reader'@'%';
GRANT SELECT ON clinic.seen_people TO 'reader'@'%';
GRANT SELECT ON clinic.broken TO 'reader'@'%';
GRANT SELECT ON clinic.long_cells TO 'reader'@'%';
GRANT SELECT ON clinic.big TO 'reader'@'%';
ALTER TABLE visits RENAME COLUMN what TO what_now;
