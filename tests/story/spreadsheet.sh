#!/bin/bash
# A county's editor works in a spreadsheet: what was not touched comes back as it was, what was meant is written, what
# was not understood is told by sheet and cell, and then nothing is written.
# shellcheck shell=bash
. tests/lib/sh.sh
in_chinese
xlsx() { python3 "$ROOT/tests/lib/xlsx.py" "$@"; }
cd "$TONG_TMP" || exit 1
mkdir repo
cp -r "$ROOT/catalog-data" repo/
git -c init.defaultBranch=main init -q repo
git -C repo add -A
git -C repo commit -q -m 'the real catalogue'
pub() { tong-publish "$@" --repo repo; }
clean() { t_eq "  nothing changed: $1" "$(git -C repo status --porcelain)" ''; }
reset() { git -C repo checkout -q -- . && git -C repo clean -fdq; }
changed() { git -C repo diff --unified=0 | grep '^[+-]' | grep -v '^+++\|^---'; }
tells() { t_grep "  it tells: $1" "$1" "$OUT"; }
names() { t_grep "  it names: $1" "$1" "$ERR"; }

# ---- round trips ----
t_ok 'everything goes into one workbook' pub export all.xlsx
t_ok 'and comes back' pub import all.xlsx
clean 'the whole workbook'
tells '没有变化：2677 行'
t_ok 'the same commit gives the same bytes' pub export again.xlsx
t_same '  byte for byte' all.xlsx again.xlsx
for kind in items item-materials materials agencies; do
	t_ok "$kind as CSV" pub export "$kind.csv" --kind "$kind"
	t_ok '  and back' pub import "$kind.csv" --kind "$kind"
	t_ok "$kind as GB18030" pub export "$kind.gb.csv" --kind "$kind" --encoding gb18030
	t_ok '  and back' pub import "$kind.gb.csv" --kind "$kind"
	clean "$kind"
done
t_ok "Guang'an's table" pub export guangan.csv --kind local --region 511602
t_eq '  has all its rows' "$(wc -l <guangan.csv)" 1136
t_eq '  begins with a byte order mark' "$(head -c 3 guangan.csv | od -An -tx1)" ' ef bb bf'
t_ok '  and back' pub import guangan.csv --kind local --region 511602
t_ok '  as Excel writes "Unicode text"' python3 -c '
import csv
rows = list(csv.reader(open("guangan.csv", encoding="utf-8-sig", newline="")))
csv.writer(open("guangan.txt", "w", encoding="utf-16", newline=""), "excel-tab").writerows(rows)
csv.writer(open("semicolon.csv", "w", newline=""), delimiter=";", lineterminator="\n").writerows(rows)'
t_ok '  and back' pub import guangan.txt --kind local --region 511602
t_ok '  with semicolons' pub import semicolon.csv --kind local --region 511602
clean "Guang'an"

# ---- what an editor does ----
t_ok 'a limit, a status and a phone' xlsx edit all.xlsx edited.xlsx \
	'事项!承诺办结时限·时限@510104001005=n:5' '事项!承诺办结时限·时限单位@510104001005=工作日' \
	'事项!事项状态@510104001005=　在用 ' '办事表_513431!咨询电话@510114006025=0834-0000099'
t_ok '  are taken' pub import edited.xlsx
t_eq '  and nothing else' "$(changed | sort)" "$(sort <<-'END'
	+state: "1"
	+limit_promised: {days: 5, unit: "1"}
	-510114006025,,,513431-04,,513431,4,main,w3,四川省凉山彝族自治州昭觉县某街1号（样例地址）,周一至周五 9:00-12:00，14:00-17:30,0834-0000029,0834-0000009,,,10,2,1,2,1^2^3,,sample,yes,样例数据
	+510114006025,,,513431-04,,513431,4,main,w3,四川省凉山彝族自治州昭觉县某街1号（样例地址）,周一至周五 9:00-12:00，14:00-17:30,0834-0000099,0834-0000009,,,10,2,1,2,1^2^3,,sample,yes,样例数据
END
)"
tells '承诺办结时限·时限：（空） → 5'
t_ok '  and once more is no change' pub import edited.xlsx
tells '没有变化：2677 行'
reset
t_ok 'a dry run' pub import edited.xlsx --dry-run
clean 'dry run'

t_ok 'law, list, section, material' xlsx edit all.xlsx edited.xlsx \
	'事项!设定依据@510104001005=《居民身份证法》第10条、第十一条；《法律援助法》第四十一条' \
	'事项!服务对象@510104001005=自然人、企业法人' '事项!行使层级@510104001005=3；镇（乡、街道）级' \
	'事项!受理条件@510104001005=1. 甲\n2. 乙' '事项!主题@510104001005=' \
	'事项材料!份数@511A0161600000=n:2' '材料!来源渠道@m0001=申请人自备'
t_ok '  are taken' pub import edited.xlsx
t_eq '  as the format has them' "$(sed -n '/^levels/,/^source/p;/^##/,$p' repo/catalog-data/items/01/510104001005.md)" "$(cat <<-'END'
	levels: ["3", "5"]
	served: ["1", "2"]
	basis:
	  - {law: jumin-shenfenzheng-fa, article: 第十条}
	  - {law: jumin-shenfenzheng-fa, article: 第十一条}
	  - {law: falv-yuanzhu-fa, article: 第四十一条}
	central_dept: "04"
	source: chengdu-2026
	## 受理条件

	1. 甲
	2. 乙
END
)"
t_eq '  a material too' "$(git -C repo diff --unified=0 catalog-data/items/01/511A0161600000.md catalog-data/materials.yaml | grep '^[+-] ')" "$(cat <<-'END'
	+    copies: 2
	+    source: "10"
END
)"
t_ok '  and the catalogue still reads' pub export after.xlsx --worktree
reset

t_ok 'new rows: a material, an agency, an item that needs the one, a listing by the other' xlsx make new.xlsx '{
	"材料": {"rows": [["材料编号", "材料名称"], ["m9001", "样例申请表"]]},
	"机构": {"rows": [["机构编号", "机构名称", "所属地区"], ["511602-99", "区样例局", "n:511602"]]},
	"事项": {"rows": [["事项编码*", "事项名称（必填）", "事项类型"], ["510199999001", "样例事项", "n:1"]]},
	"事项材料": {"rows": [["事项编码", "材料", "材料名称", "必要性"], ["510199999001", "", "样例申请表", "必要"]]},
	"办事表_511602": {"rows": [["事项", "事项名称", "实施主体名称", "实施层级"], ["", "样例事项", "区样例局", "县级"]]}}'
t_ok '  are taken' pub import new.xlsx
t_eq '  the item' "$(cat repo/catalog-data/items/01/510199999001.md)" "$(cat <<-'END'
	---
	code: "510199999001"
	name: 样例事项
	type: "01"
	materials:
	  - material: m9001
	    need: "1"
	---
END
)"
t_grep '  the listing, in its place' '^510199999001,,,511602-99,,,4,,,' repo/catalog-data/local/511602/items.csv
t_eq '  the table is in order' "$(sort -c <(tail -n +2 repo/catalog-data/local/511602/items.csv | cut -d, -f1) 2>&1)" ''
t_grep '  the agency' '^511602-99,,区样例局,,511602,' repo/catalog-data/agencies.csv
reset

t_ok 'another type' xlsx edit all.xlsx edited.xlsx '事项!事项类型@510104001005=行政确认'
t_ok '  is taken' pub import edited.xlsx
t_eq '  and moves the file' "$(git -C repo status --porcelain)" "$(cat <<-'END'
	 D catalog-data/items/01/510104001005.md
	?? catalog-data/items/07/510104001005.md
END
)"
reset
t_ok 'a region that has no table yet gets an empty one' pub export zigong.csv --kind local --region 510300
printf '510104001005,%s\r\n' '"企业投资项目核准(技术改造类除外)",,自贡的一件' >>zigong.csv
t_ok '  to fill in' pub import zigong.csv --kind local --region 510300
t_eq '  with the columns of the format' "$(cat repo/catalog-data/local/510300/items.csv)" "$(cat <<-END
	$(head -1 repo/catalog-data/local/511602/items.csv)
	510104001005,,自贡的一件,,,,,,,,,,,,,,,,,,,,,
END
)"
reset
t_ok 'two rows of many' python3 -c '
import csv
rows = list(csv.reader(open("guangan.csv", encoding="utf-8-sig", newline="")))
h = rows[0]
a, b = rows[5], rows[9]
a[h.index("公布的名称")] = "改了的名称"
b[h.index("咨询电话")] = "0826-2222222"
csv.writer(open("two.csv", "w", newline="")).writerows([h, a, b])'
t_ok '  are found by their published code' pub import two.csv --kind local --region 511602
tells '修改：2'
tells '表格里没有，保持不变：1'
tells '办事项 1133 行：'
t_eq '  and two lines change' "$(changed | wc -l)" 4
reset

t_ok 'merged cells, a title, notes above, stray blanks' xlsx make merged.xlsx '{"Sheet1": {"rows": [
	["昭觉县办事项材料表"], ["填表说明：每项一行"],
	[" 基 本 编 码 ", "事项名称", "材料 ", "必要性", "份数"],
	[" ５１０１０４００１００５ ", "企业投资项目核准(技术改造类除外)", "m0001", "必要", "n:1"],
	["", "", "m0002\u00a0", "　非必要", "２"], ["", "", "m0003", "容缺后补", ""], ["", "", "", "", ""]],
	"merge": ["A1:E1", "A4:A6", "B4:B6"]}}'
t_ok '  are survived' pub import merged.xlsx --kind item-materials
t_eq '  and understood' "$(changed)" "$(cat <<-'END'
	+materials:
	+  - material: m0001
	+    need: "1"
	+    copies: 1
	+  - material: m0002
	+    need: "2"
	+    copies: 2
	+  - material: m0003
	+    need: "3"
END
)"
reset

# ---- what is not understood ----
t_ok 'ten mistakes' xlsx edit all.xlsx bad.xlsx \
	'事项!事项类型@510104001005=行政批准' '事项!承诺办结时限·时限@510104001005=五天' \
	'事项!办件类型@510107001005=d:46000' '事项!到现场次数@510107001005=e:#N/A' \
	'事项!主题@510107001005=p99' '事项!设定依据@510107001005=《没有的法》第一条' \
	'事项!承诺办结时限·时限@510107004003=n:5' '事项!AZ1=多出来的列' '事项!AZ2=x' \
	'办事表_511602!实施主体编码@1J-5100-00019=n:1.1511301008778E+17' '办事表_511602!咨询电话@1J-5100-00021=甲\n乙'
t_fails 1 '  are refused' pub import bad.xlsx
clean 'mistakes'
names '没有看懂，什么也没有写'
for cell in '事项!D[0-9]+ 事项类型：行政批准 不在代码表里.*行政许可、行政处罚' '事项!W[0-9]+ 承诺办结时限·时限：五天 不是整数' \
	'办件类型：被表格软件当成了日期' '到现场次数：格子是公式的错误.*#N/A' '主题：目录里没有 p99' \
	'设定依据：没有叫 没有的法' '承诺办结时限·时限单位：同一组的其他列有值' '事项!AZ1 多出来的列：不认识的列名' \
	'办事表_511602!F?[A-Z]+[0-9]+ 实施主体编码：.*115113010087780000|实施主体编码：数字.*已经不是原样' '咨询电话：格子里有换行'; do
	tells "$cell"
done
t_fails 1 '  as JSON' pub import bad.xlsx --json
t_eq '  with all that a program needs' "$(python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
print(len(r["problems"]), r["written"], sorted(r["problems"][0]))' "$OUT")" "10 False ['cell', 'column', 'found', 'line', 'reason', 'sheet', 'wanted']"
t_ok 'asked for, the rest is written' bash -c "python3 $ROOT/tests/lib/xlsx.py edit bad.xlsx partial.xlsx '事项!事项状态@510104001005=暂停' && tong-publish import partial.xlsx --repo repo --partial"
t_eq '  and only that' "$(changed)" '+state: "2"'
reset
# What was understood may still break the rules: it is told at the cell, before anything is written.
t_ok 'a limit that is longer than the law, a phone without area code' xlsx edit all.xlsx rules.xlsx \
	'事项!承诺办结时限·时限@510114006025=n:99' '事项!承诺办结时限·时限单位@510114006025=日' '办事表_513431!咨询电话@510114006025=99'
t_fails 1 '  is refused' pub import rules.xlsx
names '写进去会有 [0-9]+ 处错误，什么也没有写'
tells '事项![A-Z]+[0-9]+ 错误 承诺办结时限：承诺时限比法定时限长。找到：99；应为：不长于法定的 20 日'
tells '办事表_513431![A-Z]+[0-9]+ 警告 咨询电话：'
cell=$(sed -n 's/.*事项!\([A-Z]*\)[0-9]* 错误 承诺办结时限：.*/\1/p' "$OUT")
column=$(python3 -c '
import csv, sys
at = next(csv.reader(open("items.csv", encoding="utf-8-sig", newline=""))).index("承诺办结时限·时限")
print((chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26))')
t_eq '  at the very cell' "$cell" "$column"
clean 'nothing is written'
t_fails 1 '  as JSON' pub import rules.xlsx --json
t_eq '  with all that a program needs' "$(python3 -c '
import json, sys
f = next(x for x in json.load(open(sys.argv[1]))["findings"] if x["severity"] == "error")
print(f["rule"], f["sheet"], f["file"], f["subject"])' "$OUT")" 'limit-over-statutory 事项 items/01/510114006025.md 510114006025'
t_ok 'asked for, it is written' pub import rules.xlsx --partial
t_eq '  and the check says it again' "$(tong-publish check --worktree --repo repo --quiet | grep -c '\[limit-over-statutory\]')" 1
reset
t_ok 'a code twice, a row without code, an item unknown' xlsx make bad.xlsx '{"事项": {"rows": [
	["基本编码", "事项名称"], ["510104001005", "甲"], ["510104001005", "乙"], ["", "丙"], ["1.2E+11", "丁"], ["合计：3", ""]]}}'
t_fails 1 '  are refused' pub import bad.xlsx
tells '事项!A3 基本编码：这个编码上面已有一行'
tells '事项!A4 基本编码：没有编码'
tells '事项!A5 基本编码：编码被表格软件改过'
tells '事项!A6 基本编码：不能用作编码'
clean 'codes'
t_ok 'a code that a spreadsheet program has damaged, in CSV' bash -c "printf '基本编码,事项名称\n5.10104E+11,甲\n' >damaged.csv"
t_fails 1 '  is refused' pub import damaged.csv --kind items
tells 'damaged.csv!A2（第 2 行） 基本编码：编码被表格软件改过'
t_ok 'values across merged columns' xlsx make bad.xlsx '{"事项": {"rows": [
	["基本编码", "事项名称", "一句话说明"], ["510104001005", "企业投资项目核准(技术改造类除外)", ""]], "merge": ["B2:C2"]}}'
t_fails 1 '  are nobody knows whose' pub import bad.xlsx
tells '事项!C2 一句话说明：横向合并的格子'
t_ok 'numbers are digits' xlsx make number.xlsx '{"事项": {"rows": [["基本编码", "一句话说明"], ["n:5.10104001005E11", "x"]]}}'
t_ok '  as typed' pub import number.xlsx
tells '事项 510104001005'
reset

# ---- two people at once ----
t_ok 'a sheet goes out' pub export sent.xlsx
sed -i 's/^name: .*/&（试行）/' repo/catalog-data/items/01/510104001005.md
sed -i 's/^name: .*/&（改）/' repo/catalog-data/items/01/510107001005.md
git -C repo commit -qam 'meanwhile'
t_ok '  comes back with another change' xlsx edit sent.xlsx back.xlsx '事项!事项状态@510104001005=在用'
t_ok '  and both stay' pub import back.xlsx
tells '目录里更新，表格没有动过，保留目录的：2'
t_eq '  only the state is new' "$(changed)" '+state: "1"'
reset
t_ok '  comes back with the same cell changed' xlsx edit sent.xlsx back.xlsx '事项!事项名称@510107001005=另一个名称'
t_fails 1 '  and is asked about' pub import back.xlsx
tells '导出以后目录里也改了，现在是“.*（改）”'
clean 'conflict'
t_ok 'a commit that is not here' xlsx edit sent.xlsx back.xlsx '格式!B2=0123456789012345678901234567890123456789'
t_ok '  is said, and the sheet taken as it is' pub import back.xlsx --dry-run
tells '没有导出时的提交'
t_ok 'a newer format' xlsx edit sent.xlsx back.xlsx '格式!B1=2'
t_fails 3 '  is refused' pub import back.xlsx
names '格式版本 2'

# ---- bytes from outside ----
head -c 20000 all.xlsx >short.xlsx
t_fails 3 'a workbook cut short' pub import short.xlsx
names 'short.xlsx.*不是完整的'
python3 - <<'P'
import zipfile
with zipfile.ZipFile("bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("_rels/.rels", "<Relationships/>")
    with z.open("xl/worksheets/sheet1.xml", "w") as f:
        for _ in range(400):
            f.write(b" " * (1 << 20))
with zipfile.ZipFile("many.xlsx", "w") as z:
    for i in range(2000):
        z.writestr(f"p{i}", "")
with zipfile.ZipFile("other.xlsx", "w") as z:
    z.writestr("word/document.xml", "<x/>")
P
start=$(date +%s%N)
t_fails 3 'a zip bomb' pub import bomb.xlsx
t_eq '  in no time' "$((($(date +%s%N) - start) / 1000000000 < 2))" 1
names 'bomb.xlsx.*不展开'
t_fails 3 'too many parts' pub import many.xlsx
names 'many.xlsx.*超过 1000'
t_fails 3 'a zip that is no workbook' pub import other.xlsx
names 'other.xlsx.*_rels/.rels'
t_ok 'entities' python3 - <<'P'
import zipfile
z = zipfile.ZipFile("all.xlsx")
with zipfile.ZipFile("laughs.xlsx", "w", zipfile.ZIP_DEFLATED) as out:
    for n in z.namelist():
        d = z.read(n)
        if n == "xl/sharedStrings.xml":
            d = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
        out.writestr(n, d)
P
t_fails 3 '  are not read' pub import laughs.xlsx
names 'laughs.xlsx.*DTD'
python3 -c 'print("基本编码" + "," * 10000000)' >wide.csv
t_fails 3 'ten million columns' pub import wide.csv --kind items
names 'wide.csv.*超过 256 列'
python3 -c 'print("基本编码,事项名称\n510104001005," + "长" * 200000)' >long.csv
t_fails 3 'an endless cell' pub import long.csv --kind items
names 'long.csv.*B2.*太长'
printf '基本编码,事项名称\n510104001005,"甲\n' >open.csv
t_fails 3 'a quote that does not end' pub import open.csv --kind items
names 'open.csv.*第 2 行的双引号没有结束'
printf '\320\317\021\340rubbish' >old.xls
t_fails 3 'the old format' pub import old.xls
names 'old.xls.*\.xlsx'
head -c 3000 /dev/urandom | tr -d '\0' >noise.csv
t_fails 3 'noise' pub import noise.csv --kind items
: >empty.csv
t_fails 3 'an empty file' pub import empty.csv --kind items
t_fails 3 'no file' pub import no-such.xlsx
names 'no-such.xlsx'
printf '甲,乙\n1,2\n' >other.csv
t_fails 1 'a table about something else' pub import other.csv --kind items
tells '没有找到表头'
t_fails 3 'a table of no kind' pub import other.csv
t_fails 2 'a kind that is none' pub import other.csv --kind regions
t_fails 2 'CSV of everything' pub export x.csv
t_fails 2 'a file that is neither' pub export x.ods
t_fails 1 'a region that is none' pub export x.csv --kind local --region 999999
clean 'bad input'
printf 'visits: 1: 2\n' >>repo/catalog-data/items/01/510104001005.md
sed -i 's/^type: .*/type: 1: 2/' repo/catalog-data/items/01/510104001005.md
t_fails 1 'a file that its editor broke is not written over' pub import all.xlsx
names '510104001005.md:[0-9]+'
reset
mkdir -p full
if mount -t tmpfs -o size=100k tmpfs full 2>/dev/null; then
	on_exit "umount $PWD/full"
	t_fails 6 'a full disk' pub export full/all.xlsx
	t_eq '  leaves nothing behind' "$(ls full)" ''
else
	t_skip 'a full disk' 'no right to mount a tmpfs'
fi
