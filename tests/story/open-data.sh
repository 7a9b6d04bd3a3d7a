# The open data says the same in every form: commas, JSON, records and the database that SQLite reads; a node's are these bytes.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1
mkdir repo && cp -r "$ROOT/tests/golden/check/base" repo/catalog-data
git -c init.defaultBranch=main init -q repo && git -C repo add -A && git -C repo commit -q -m base
t_ok 'the site' tong-publish site --quiet --repo repo --out site
t_ok 'and again elsewhere' tong-publish site --quiet --repo repo --out again
cat >compare.py <<'E2'
import csv, json, os, sqlite3, sys
folder, database, prefix = sys.argv[1:4]
db = sqlite3.connect(f"file:{folder}/{database}?mode=ro", uri=True)
faults = [] if db.execute("PRAGMA integrity_check").fetchall() == [("ok",)] else ["SQLite finds it damaged"]
tables = [n for (n,) in db.execute("SELECT name FROM sqlite_schema") if not n.startswith("about")]
if tables != [n for (n,) in db.execute("SELECT name FROM about_tables")]:
    faults.append("not every table is described")
on_disk = sorted(f[:-4] for f in os.listdir(folder) if f.endswith(".csv"))
if sorted(tables) != on_disk:
    faults.append(f"tables {tables}, files {on_disk}")
rows = 0
for t in tables:
    with open(f"{folder}/{t}.csv", encoding="utf-8-sig", newline="") as f:
        commas = list(csv.reader(f))
    with open(f"{folder}/{t}.csv-metadata.json", encoding="utf-8") as f:
        told = [(c["name"], c["dc:description"]) for c in json.load(f)["tableSchema"]["columns"]]
    with open(f"{folder}/{t}.json", encoding="utf-8") as f:
        objects = json.load(f)
    got = db.execute(f"SELECT * FROM {t}")
    names = [c[0] for c in got.description]
    if not names == commas[0] == [n for n, _ in told]:
        faults.append(f"{t}: columns {names}")
    if told != db.execute('SELECT name, description FROM about_columns WHERE "table" = ?', (t,)).fetchall():
        faults.append(f"{t}: columns are described otherwise")
    got = got.fetchall()
    rows += len(got)
    if not len(got) == len(commas) - 1 == len(objects):
        faults.append(f"{t}: {len(got)} rows, {len(commas) - 1} lines, {len(objects)} objects")
    for mine, line, obj in zip(got, commas[1:], objects):
        for name, v, cell in zip(names, mine, line):
            want = obj.get(name)
            if isinstance(want, list):
                same = v is not None and json.loads(v) == want and cell == " ".join(want)
            elif want is None:
                same = v is None and cell == ""
            elif isinstance(want, bool):
                same = v == int(want) and cell == str(want).lower()
            else:
                same = v == want and cell.lstrip("'") == str(want).lstrip("'")
            if not same:
                faults.append(f"{t}.{name}: {v!r}, {cell!r}, {want!r}")
if rows < int(prefix):
    faults.append(f"only {rows} rows")
sys.exit("\n".join(faults) or 0)
E2
t_ok 'the province: five forms, one content' python3 compare.py site/data catalogue.sqlite 15
region=$(basename "$(dirname "$(dirname "$(find site/regions -name region.sqlite | sort | head -1)")")")
t_ok "a region ($region): the same" python3 compare.py "site/regions/$region/data" region.sqlite 2
t_same 'the same bytes each time' site/data/catalogue.sqlite again/data/catalogue.sqlite
sed -i 's/样例县/样例区/' again/data/catalogue.sqlite
t_fails 1 '  (another content is noticed)' python3 compare.py again/data catalogue.sqlite 15
t_ok 'keys' tong-publish keys init --quiet --keys keys
t_ok 'a release' tong-publish release --quiet --repo repo --to release --keys keys
t_ok 'a node' tong-agent init --store node --root keys/1.root.json --source release --region "$region"
t_ok '  syncs' tong-agent sync --store node
port=$(free_port)
tong-agent serve --quiet --store node --listen "127.0.0.1:$port" &
on_exit "kill $! 2>/dev/null"
t_ok '  and serves' wait_for 20 curl -sf "http://127.0.0.1:$port/healthz"
n=0
for file in $(cd site && find data "regions/$region/data" -type f); do
	curl -sf "http://127.0.0.1:$port/$file" >got && cmp -s got "site/$file" && n=$((n + 1))
done
t_eq "a node's files are the same bytes" "$n" "$(cd site && find data "regions/$region/data" -type f | wc -l)"
t_eq '  and say what they are' "$(curl -s -o got -w '%{content_type}' "http://127.0.0.1:$port/data/catalogue.sqlite")" application/vnd.sqlite3
