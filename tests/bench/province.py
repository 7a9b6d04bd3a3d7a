#!/usr/bin/env python3
"""Writes a SYNTHETIC province in the source format: not real data, for measuring only.

    province.py OUT [--items 3000] [--regions 205] [--handled 1500] [--seed 2017] [--git N]

Items have conditions, materials with a basis, steps and questions of realistic length; each of the regions (the 205 of levels 1 to 3
of catalog-data/regions.csv) lists about --handled of them. --git N makes a repository with N further commits of small edits.
The same arguments give the same bytes.
"""
import argparse
import csv
import os
import pathlib
import random
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERBS = "新办 变更 延续 补证 注销 备案 年检 核准 认定 审批 确认 登记 换证 报告 公示".split()
THINGS = ("食品经营 药品零售 道路运输 取水 排污 林木采伐 建设工程 医疗机构 民办学校 户外广告 特种设备 烟草零售 农药经营 兽药经营 种子生产 "
          "水产养殖 动物诊疗 公共场所卫生 消防设计 劳务派遣 人力资源服务 出版物零售 营业性演出 娱乐场所 旅馆业 保安服务 危险化学品 民用爆炸物 "
          "测绘资质 地图审核 城市绿化 市政设施 燃气经营 供水经营 房屋租赁 房地产开发 物业服务 不动产权属 社会团体 慈善组织 养老机构 殡葬设施").split()
QUALIFIERS = "个人 企业 合作社 个体工商户 外商投资 小微企业 农村 城镇 跨区域 临时 季节性 首次 连锁 网络 移动".split()
PHRASES = ("申请人应当具备与从事活动相适应的场所和设施 有符合规定的专业技术人员 提交的材料真实完整有效 近三年内没有重大违法记录 "
           "符合当地规划和环境保护的要求 已经取得相应的用地或者用房证明 建立了安全管理制度和应急预案 从业人员经过培训并考核合格 "
           "设施设备符合国家标准和行业标准 具有与业务规模相适应的资金 依法缴纳各项费用 按照规定的期限提出申请").split()
PAPERS = ("申请表 身份证明 营业执照 场所使用证明 人员名单 设备清单 管理制度 应急预案 平面图 检验报告 委托书 承诺书 培训证明 "
          "财务报表 技术方案").split()


def sentence(r):
    return r.choice(PHRASES) + "，" + r.choice(PHRASES) + "。"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def item_text(r, code, kind, name, law):
    days = r.choice([5, 10, 15, 20, 30, 45])
    lines = ["---", f'code: "{code}"', "code_system: national-12", f"name: {name}", f'type: "{kind}"', 'state: "1"',
             f"summary: {name}（合成数据，不是真实事项）", 'served: ["1", "2"]', f"authority: 合成机关", "basis:",
             f"  - {{law: {law}, article: 第{r.randrange(1, 9)}条}}",
             f'limit_statutory: {{days: {days}, unit: "1", from: 受理之日}}',
             f'limit_promised: {{days: {days - r.randrange(days // 2 + 1)}, unit: "1"}}', 'case_type: "2"', f"visits: {r.randrange(2)}",
             'online_depth: ["1", "2"]', 'result: {type: "10", name: 合成证书}', "materials:"]
    for m in sorted(r.sample(range(1, 400), r.randrange(5, 12))):
        lines += [f"  - material: m{m:04}", '    need: "1"', "    copies: 1", f"    basis: {{law: {law}, article: 第{r.randrange(1, 9)}条}}"]
    lines += [f"themes: [p{r.randrange(1, 30):02}]", "---", "", "## 受理条件", ""]
    lines += [f"- {sentence(r)}" for _ in range(r.randrange(4, 9))]
    lines += ["", "## 办理流程", ""] + [f"{i}. {sentence(r)}" for i in range(1, 6)]
    lines += ["", "## 常见问题", ""]
    for _ in range(r.randrange(1, 4)):
        lines += [f"### {name}时，{r.choice(PHRASES)}怎么办？", "", sentence(r) + sentence(r), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def items(out, r, count):
    codes, seen = [], set()
    for i in range(count):
        kind = r.choices(["01", "05", "07", "10", "20"], [50, 4, 8, 14, 24])[0]
        code = f"51{kind}{i // 999 + 10:02}{i % 999 + 1:03}000"
        name = r.choice(QUALIFIERS) + r.choice(THINGS) + r.choice(VERBS)
        if name in seen:
            name += f"（情形{i}）"
        seen.add(name)
        write(out / "items" / kind / f"{code}.md", item_text(r, code, kind, name, f"law{r.randrange(40):02}"))
        codes.append(code)
    return sorted(codes)


def locals_(out, r, codes, regions, handled):
    head = ("item,published_code,published_name,agency,org_code,impl_region,level,hall,window,address,hours,phone,complaint_phone,"
            "online_url,portal_url,limit_promised_days,limit_promised_unit,visits,case_type,online_depth,handle_area,source,sample,note")
    for region, level in regions:
        rows = [head]
        for code in sorted(r.sample(codes, min(handled, len(codes)))):
            rows.append(f"{code},,,{region}-{r.randrange(1, 40):02},,{region},{level + 1},main,w{r.randrange(1, 9)},"
                        f"合成市合成区某路{r.randrange(1, 99)}号,周一至周五 9:00-12:00，14:00-17:30,0800-{r.randrange(10**7):07},"
                        f"0800-{r.randrange(10**7):07},,,,,,,,,synthetic,yes,合成数据")
        write(out / "local" / region / "items.csv", "\n".join(rows) + "\n")
        windows = "".join(f"\n      - {{id: w{w}, name: 样例窗口{w}}}" for w in range(1, 9))
        write(out / "local" / region / "halls.yaml",
              f"sample: true\nhalls:\n  - id: main\n    name: 样例大厅（合成数据）\n    windows:{windows}\n")


def tables(out, r, regions):
    write(out / "catalogue.yaml", 'format: 1\nprovince: "510000"\ntitle: 合成省份（不是真实数据）\nsubtitle: 只用于测量\n'
          "languages: [zh-CN]\nnotice: 合成数据，只用于测量，不是真实事项。\nhotline: \"12345\"\n")
    rows = ["id,uscc,name,short_name,region,phone,address,status,codes_seen,note"]
    rows += [f"{region}-{k:02},,合成局{k},,{region},,,,,合成数据" for region, _ in regions for k in range(1, 40)]
    write(out / "agencies.csv", "\n".join(rows) + "\n")
    for k in range(40):
        articles = "".join(f"  - article: 第{a}条\n    text: |\n      {sentence(r)}\n" for a in range(1, 9))
        write(out / "laws" / f"law{k:02}.yaml", f"title: 合成条例{k}\nshort: 合成条例{k}\nkind: 其他\nversion: \"2020-01-01\"\narticles:\n{articles}")
    write(out / "materials.yaml", "materials:\n" + "".join(
        f"  - id: m{m:04}\n    name: {r.choice(PAPERS)}（合成{m}）\n" for m in range(1, 400)))
    marks = "户婚保医学房车业农职法助税水电气林土矿路桥船文体旅药食商工"
    write(out / "themes.yaml", "themes:\n" + "".join(
        f"  - id: p{k:02}\n    audience: person\n    name: 合成主题{k}\n    mark: {marks[k % len(marks)]}\n    words: [合成]\n"
        for k in range(1, 30)))


def commits(out, r, codes, count):
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "synthetic", "GIT_AUTHOR_EMAIL": "s@example.cn",
           "GIT_COMMITTER_NAME": "synthetic", "GIT_COMMITTER_EMAIL": "s@example.cn"}

    def git(*words, when):
        date = f"{1760000000 + when * 3600} +0800"
        subprocess.run(["git", "-C", out, *words], check=True, env={**env, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
                       stdout=subprocess.DEVNULL)
    git("-c", "init.defaultBranch=main", "init", "-q", when=0)
    git("add", "-A", when=0)
    git("commit", "-q", "-m", "synthetic", when=0)
    for n in range(1, count + 1):
        path = next((out / "items").glob(f"*/{r.choice(codes)}.md"))
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\nvisits: 1\n", "\nvisits: 0\n") if "\nvisits: 1\n" in text
                        else text.replace("\nvisits: 0\n", "\nvisits: 1\n"), encoding="utf-8")
        git("commit", "-q", "-am", f"edit {n}", when=n)


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--items", type=int, default=3000)
    p.add_argument("--regions", type=int, default=205)
    p.add_argument("--handled", type=int, default=1500)
    p.add_argument("--seed", type=int, default=2017)
    p.add_argument("--git", type=int, default=-1)
    opt = p.parse_args()
    r = random.Random(opt.seed)
    source = (ROOT / "catalog-data/regions.csv").read_text(encoding="utf-8")
    write(opt.out / "regions.csv", source)
    regions = [(row["code"], int(row["level"])) for row in csv.DictReader(source.splitlines()) if int(row["level"]) <= 3][:opt.regions]
    tables(opt.out, r, regions)
    codes = items(opt.out, r, opt.items)
    locals_(opt.out, r, codes, regions, opt.handled)
    if opt.git >= 0:
        commits(opt.out, r, codes, opt.git)


if __name__ == "__main__":
    main()
