/* From files to records: what a small catalogue becomes, byte for byte, twice the same, and how
 * pages read it. */
#include "publisher/layers.h"

#include <pthread.h>

#include "core/file.h"
#include "core/json.h"
#include "tests/lib/check.h"

static char dir[512];
static struct tong__model *m;
static struct tong__findings *fs;
static struct tong__layers *layers;
static struct tong__reader reader;
static tong_error err;

static void put(const char *path, const char *text)
{
	char full[1024];

	snprintf(full, sizeof full, "%s/%s", dir, path);
	if (tong__mkdirs_for(full, NULL) || tong__file_write_fast(full, text, strlen(text), NULL, NULL))
		exit(1);
}

#define LISTING_COLUMNS \
	"item,published_code,published_name,agency,org_code,impl_region,level,hall,window," \
	"address,hours,phone,complaint_phone,online_url,portal_url,limit_promised_days," \
	"limit_promised_unit,visits,case_type,online_depth,handle_area,source,sample,note\n"

static void put_catalogue(void)
{
	put("data/README.md", "not a part");
	put("data/catalogue.yaml",
	    "format: 1\ntitle: 试\nlanguages: [zh-CN]\nsite: {owner: \"\", icp: \"\"}\n");
	put("data/regions.csv", "code,name,level,type,parent,name_new\n510000,四川省,1,省,,\n"
			   "511600,广安市,2,地级市,510000,\n511602,广安区,3,市辖区,511600,\n"
			   "511602101,官盛镇,4,镇,511602,\n511602101200,一村,5,村,511602101,\n");
	put("data/agencies.csv", "id,uscc,name,short_name,region,phone,address,status,codes_seen,note\n"
			    "511602-01,,区局,,511602,,,,A  B,\n");
	put("data/materials.yaml", "materials:\n  - {id: m1, name: 户口簿, kind: \"1\", licence: \"\"}\n");
	put("data/licences.yaml", "licences: []\n");
	put("data/themes.yaml", "themes:\n  - {id: p02, name: 户籍, audience: person, words: [一]}\n");
	put("data/laws/l1.yaml", "title: 某法\nstate: \"\"\narticles:\n  - article: 第一条\n"
	    "    text: |\n      甲\n      乙\n");
	put("data/items/01/510104001005.md",
	    "---\ncode: \"510104001005\"\ncode_system: national-12\nname: 甲事项\ntype: \"01\"\n"
	    "aliases:\n  - {system: sichuan-12, code: 511A04001005}\nsummary: \"\"\nlevels: [\"4\"]\n"
	    "basis:\n  - {law: l1, article: 第一条}\nlimit_statutory: {days: 20, unit: \"1\"}\nvisits: 0\n"
	    "fee: {charged: false, basis: \"\"}\nmaterials:\n"
	    "  - {material: m1, copies: 1, basis: {law: l1}}\n"
	    "themes: [p02]\n---\n\n## 受理条件\n\n1. 一\n\n## 常见问题\n\n### 问？\n答。\n\n## 说明\n");
	put("data/items/05/1J-5100-00019.md", "---\ncode: 1J-5100-00019\nname: 乙\ntype: \"05\"\n---\n");
	put("data/local/511602/items.csv", LISTING_COLUMNS
	    "510104001005,511A04001005-511602000000-000-11511800008539131R-1-00,甲,511602-01,"
	    "11511800008539131R,511602,4,main,w1,,,,,,,5,1,0,1,1^2,,s,,\n"
	    "510104001005,,,,,,,,,,,,,,,7,,,,,,,yes,\n"
	    "1J-5100-00019,ZZ-511602000000-000-1-1-00,乙,,,,,,,,,,,,,,,,,,,,,\n");
	put("data/local/511602/halls.yaml", "sample: true\nhalls:\n  - id: main\n"
				       "    name: 厅\n    phone: \"\"\n"
				       "    windows: [{id: w1, name: 窗, number: \"1\"}]\n");
	put("data/local/511600/items.csv", LISTING_COLUMNS);
	put("data/waivers.csv", "rule,subject,reason,author,until\n");
	put("site/templates/item.html", "<p>{{name}}</p>\n");
	put("site/strings/zh-CN.json", "{\"b\": \"二\", \"a\": \"一\"}");
	put("site/static/style.css", "/* a, { */\nbody {\n\tcolor: red; /* b */\n}\n\n"
	    "p::before,\np::after { content: \"/* ;  \\\" { */\"; margin: 0 1px }\n");
	put("site/README.md", "not a part");
}

static int load(void)
{
	struct tong__tree *t = NULL;
	int rc;

	tong__model_free(m);
	tong__findings_free(fs);
	m = NULL;
	tong__findings_new(&fs);
	memset(&err, 0, sizeof err);
	rc = tong__tree_dir(&t, dir, "data", &err);
	if (!rc)
		rc = tong__model_load(&m, t, fs, &err);
	tong__tree_free(t);
	return rc;
}

static const char *line(const char *layer, const char *key)
{
	static struct tong__buf b;

	b.max = TONG_MAX_RECORD;
	tong__buf_clear(&b);
	return reader.line(reader.user, layer, key, &b, &err) ? "none" : b.data;
}

static void loads(void)
{
	char site[600];

	CHECK_INT(load(), 0);
	CHECK_INT(tong__findings_count(fs), 0);
	CHECK_INT(m->n_items, 2);
	CHECK_STR(m->items[0].code, "1J-5100-00019");
	CHECK_STR(tong__model_item(m, "510104001005")->folder, "01");
	CHECK(!tong__model_item(m, "none"));
	CHECK_INT(tong__model_region(m, "511602101")->level, 4);
	CHECK_INT(tong__model_agency(m, "511602-01"), 0);
	CHECK_INT(tong__model_agency(m, "none"), -1);
	CHECK_STR(tong__json_str(tong__model_material(m, "m1"), "name"), "户口簿");
	CHECK(!tong__model_theme(m, "p99"));
	CHECK_STR(tong__json_str(tong__model_law(m, "l1")->doc->root, "title"), "某法");
	snprintf(site, sizeof site, "%s/site", dir);
	CHECK_INT(tong__layers_build(&layers, m, site, &err), 0);
	CHECK_INT(layers->n, 3);	/* 511600 has nothing to say */
	CHECK_STR(layers->at[0].name, "base");
	CHECK_STR(layers->at[1].name, "r511602");
	CHECK_STR(layers->at[2].name, "site");
	CHECK(tong__layers_find(layers, "r511602") == &layers->at[1]);
	CHECK(!tong__layers_find(layers, "r511600"));
	CHECK_INT(tong__layers_reader(&reader, layers, &err), 0);
}

static void records_of_base(void)
{
	CHECK_STR(line("base", "catalogue"),
		  "{\"k\":\"catalogue\",\"languages\":[\"zh-CN\"],\"layers\":[\"511602\"],"
		  "\"title\":\"试\"}");
	CHECK_STR(line("base", "region/511602"),
		  "{\"k\":\"region/511602\",\"children\":[[\"511602101\",\"官盛镇\"]],\"level\":3,"
		  "\"name\":\"广安区\",\"parent\":\"511600\",\"sample\":true,\"type\":\"市辖区\"}");
	CHECK_STR(line("base", "region/511602101"),
		  "{\"k\":\"region/511602101\",\"level\":4,\"name\":\"官盛镇\",\"parent\":\"511602\","
		  "\"type\":\"镇\",\"villages\":[[\"511602101200\",\"一村\"]]}");
	CHECK_STR(line("base", "region/511602101200"), "none");
	CHECK_STR(line("base", "item/510104001005"),
		  "{\"k\":\"item/510104001005\","
		  "\"aliases\":[{\"code\":\"511A04001005\",\"system\":\"sichuan-12\"}],"
		  "\"basis\":[{\"article\":\"第一条\",\"law\":\"l1\",\"title\":\"某法\"}],"
		  "\"code\":\"510104001005\",\"code_system\":\"national-12\",\"fee\":{\"charged\":false},"
		  "\"levels\":[\"4\"],\"limit_statutory\":{\"days\":20,\"unit\":\"1\"},"
		  "\"materials\":[{\"basis\":{\"law\":\"l1\",\"title\":\"某法\"},\"copies\":1,"
		  "\"material\":\"m1\","
		  "\"name\":\"户口簿\"}],\"name\":\"甲事项\",\"sections\":{"
		  "\"conditions_html\":\"<ol>\\n<li>一</li>\\n</ol>\","
		  "\"faq\":[{\"a_html\":\"<p>答。</p>\",\"q\":\"问？\"}]},\"themes\":[\"p02\"],"
		  "\"type\":\"01\",\"visits\":0}");
	CHECK_STR(line("base", "agency/511602-01"),
		  "{\"k\":\"agency/511602-01\",\"codes_seen\":[\"A\",\"B\"],\"name\":\"区局\","
		  "\"region\":\"511602\"}");
	CHECK_STR(line("base", "law/l1"),
		  "{\"k\":\"law/l1\",\"articles\":[{\"article\":\"第一条\",\"text\":\"甲\\n乙\"}],"
		  "\"items\":[\"510104001005\"],\"title\":\"某法\"}");
	CHECK_STR(line("base", "material/m1"),
		  "{\"k\":\"material/m1\",\"items\":[\"510104001005\"],\"kind\":\"1\",\"name\":\"户口簿\"}");
	CHECK_STR(line("base", "theme/p02"),
		  "{\"k\":\"theme/p02\",\"audience\":\"person\",\"name\":\"户籍\",\"words\":[\"一\"]}");
}

static void records_that_lead_to_items(void)
{
	CHECK_STR(line("base", "alias/511A04001005"),
		  "{\"k\":\"alias/511A04001005\",\"item\":\"510104001005\"}");
	CHECK_STR(line("base", "alias/ZZ"), "{\"k\":\"alias/ZZ\",\"item\":\"1J-5100-00019\"}");
	CHECK_STR(line("base", "where/510104001005"),
		  "{\"k\":\"where/510104001005\",\"regions\":[\"511602\"]}");
	CHECK_STR(line("base", "alias/510104001005"), "none");
	CHECK_STR(line("base", "figures/511602"),
		  "{\"k\":\"figures/511602\",\"depth\":1,\"law\":20,\"n\":3,\"once\":1,\"online\":1,"
		  "\"promise\":5,\"sample\":true,\"visits\":1}");
	CHECK_STR(line("base", "figures/511600"), "none");
}

static void records_of_a_region(void)
{
	CHECK_STR(line("r511602", "hall/main"),
		  "{\"k\":\"hall/main\",\"name\":\"厅\",\"sample\":true,"
		  "\"windows\":[{\"id\":\"w1\",\"name\":\"窗\",\"number\":\"1\"}]}");
	CHECK_STR(line("r511602", "listing/510104001005"),
		  "{\"k\":\"listing/510104001005\","
		  "\"cases\":[{\"agency\":\"511602-01\",\"case_type\":\"1\","
		  "\"hall\":\"main\",\"impl_region\":\"511602\","
		  "\"implementing_code\":\"11511800008539131R4510104001005\",\"level\":\"4\","
		  "\"limit_promised\":{\"days\":5,\"unit\":\"1\"},\"online_depth\":[\"1\",\"2\"],"
		  "\"org_code\":\"11511800008539131R\","
		  "\"published_code\":\"511A04001005-511602000000-000-11511800008539131R-1-00\","
		  "\"published_name\":\"甲\",\"source\":\"s\",\"visits\":0,\"window\":\"w1\"},{}],"
		  "\"item\":\"510104001005\",\"sample\":true}");
	CHECK_STR(line("r511602", "listing/1J-5100-00019"),
		  "{\"k\":\"listing/1J-5100-00019\",\"cases\":[{\"published_code\":"
		  "\"ZZ-511602000000-000-1-1-00\",\"published_name\":\"乙\"}],\"item\":\"1J-5100-00019\"}");
}

static void records_of_the_site(void)
{
	CHECK_STR(line("site", "template/item"),
		  "{\"k\":\"template/item\",\"text\":\"<p>{{name}}</p>\\n\"}");
	CHECK_STR(line("site", "strings/zh-CN"),
		  "{\"k\":\"strings/zh-CN\",\"t\":{\"a\":\"一\",\"b\":\"二\"}}");
	CHECK_STR(line("site", "asset/style.css"),
		  "{\"k\":\"asset/style.css\",\"text\":\"body{color:red;}p::before,p::after{content:"
		  "\\\"/* ;  \\\\\\\" { */\\\";margin:0 1px}\","
		  "\"type\":\"text/css; charset=utf-8\"}");
}

static int check_line(void *user, struct tong__str key, struct tong__str l)
{
	return tong__record_check(l.p, l.n, NULL, &err) || tong__record_allowed(user, key, &err);
}

static void every_record_has_its_form(void)
{
	for (size_t i = 0; i < layers->n; i++)
		CHECK_INT(tong__layer_each(layers->at[i].name, layers->at[i].bytes, layers->at[i].len,
					   check_line, layers->at[i].name, &err), 0);
}

static void same_layers(const struct tong__layers *again)
{
	CHECK_INT(again->n, layers->n);
	for (size_t i = 0; i < again->n; i++) {
		CHECK_INT(again->at[i].len, layers->at[i].len);
		CHECK_MEM(again->at[i].bytes, layers->at[i].bytes, layers->at[i].len);
		CHECK(tong__hash_equal(&again->at[i].sha256, &layers->at[i].sha256));
	}
}

/* Each layer of a region is told once, when it is whole. */
static int note_made(void *user, struct tong__layer *l, tong_error *e)
{
	(void)e;
	*(size_t *)user += l->name[0] == 'r' && l->len && l->records;
	return 0;
}

/* Also when the model gives up its files on the way. */
static void same_files_same_bytes(void)
{
	struct tong__layers *again = NULL;
	size_t told = 0;
	struct tong__layer_made made = {note_made, &told};
	char site[600];

	snprintf(site, sizeof site, "%s/site", dir);
	CHECK_INT(load(), 0);
	CHECK_INT(tong__layers_build(&again, m, site, &err), 0);
	same_layers(again);
	tong__layers_free(again);
	CHECK_INT(tong__layers_take(&again, m, site, made, &err), 0);
	CHECK_INT(told, again->n - 2);   /* all but base and site */
	same_layers(again);
	tong__layers_free(again);
	CHECK(!m->items[0].doc && !m->locals[m->n_locals - 1].items);
}

static int note(void *arg, const char *key, const json_t *rec)
{
	char *out = arg;

	snprintf(out + strlen(out), 512 - strlen(out), "%s=%s ", key, tong__json_str(rec, "name"));
	return 0;
}

static int note_line(void *arg, const char *key, struct tong__str text)
{
	char *out = arg;

	snprintf(out + strlen(out), 512 - strlen(out), "%s%s ", key,
	         text.p[text.n - 1] == '}' ? "" : "?");
	return 0;
}

/* Lines by prefix, and of those the ones that hold a text: first, last, none. */
static void scans_lines(void)
{
	char out[512] = "";

	CHECK_INT(reader.scan(reader.user, "base", "item/", NULL, note_line, out, &err), 0);
	CHECK_STR(out, "item/1J-5100-00019 item/510104001005 ");
	*out = '\0';
	CHECK_INT(reader.scan(reader.user, "base", "item/", "甲事项", note_line, out, &err), 0);
	CHECK_STR(out, "item/510104001005 ");
	*out = '\0';
	CHECK_INT(reader.scan(reader.user, "base", "item/", "\"k\":\"item/", note_line, out, &err), 0);
	CHECK_STR(out, "item/1J-5100-00019 item/510104001005 ");
	*out = '\0';
	CHECK_INT(reader.scan(reader.user, "base", "item/", "law/l1", note_line, out, &err), 0);
	CHECK_INT(reader.scan(reader.user, "base", "zzz", "甲", note_line, out, &err), 0);
	CHECK_INT(reader.scan(reader.user, "r510100", "", NULL, note_line, out, &err), 0);
	CHECK_STR(out, "");
}

static void reads_records(void)
{
	char out[512] = "";
	json_t *rec = reader.get(reader.user, "base", "item/1J-5100-00019", &err), *same;

	CHECK_STR(tong__json_str(rec, "name"), "乙");
	json_decref(rec);
	rec = reader.get(reader.user, "base", "law/l1", &err);
	same = reader.get(reader.user, "base", "law/l1", &err);
	CHECK(rec && rec == same);
	json_decref(rec);
	json_decref(same);
	CHECK(!reader.get(reader.user, "base", "item/none", &err));
	CHECK_INT(err.code, 0);
	CHECK(!reader.get(reader.user, "r510100", "hall/main", &err));
	CHECK(reader.has_layer(reader.user, "r511602") && !reader.has_layer(reader.user, "derived"));
	rec = reader.get(reader.user, "derived", "brief/510104001005", &err);
	CHECK_STR(tong__json_str(rec, "type"), "01");
	json_decref(rec);
	CHECK(!reader.get(reader.user, "derived", "brief/none", &err));
	CHECK_INT(reader.each(reader.user, "derived", "brief/", note, out, &err), 0);
	CHECK_STR(out, "brief/1J-5100-00019=乙 brief/510104001005=甲事项 ");
	*out = '\0';
	CHECK_INT(reader.each(reader.user, "base", "item/51", note, out, &err), 0);
	CHECK_STR(out, "item/510104001005=甲事项 ");
	CHECK_INT(reader.each(reader.user, "base", "zzz", note, out, &err), 0);
	CHECK_STR(line("base", "none"), "none");
}

static void *read_all(void *arg)
{
	struct tong__reader own;
	char out[512];

	if (tong__layers_reader(&own, layers, NULL))
		return arg;
	for (int i = 0; i < 200; i++) {
		json_t *rec = own.get(own.user, "base", "law/l1", NULL), *view = json_object();

		json_object_set(view, "articles", json_object_get(rec, "articles"));
		json_decref(view);
		json_decref(rec);
		*out = '\0';
		own.each(own.user, "derived", "", note, out, NULL);
		own.each(own.user, "r511602", "", note, out, NULL);
	}
	tong__layers_reader_free(&own);
	return NULL;
}

static void many_threads_read(void)
{
	pthread_t t[4];

	for (size_t i = 0; i < 4; i++)
		CHECK_INT(pthread_create(&t[i], NULL, read_all, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
}

static void rule_is(const char *rule, const char *path)
{
	CHECK_INT(load(), 0);
	CHECK_INT(tong__findings_count(fs), 1);
	CHECK_STR(tong__findings_at(fs, 0)->rule->id, rule);
	CHECK_STR(tong__findings_at(fs, 0)->path, path);
}

static void reports_files_out_of_place(void)
{
	static const char *const stray[] = {
		"items/01/a b.md", "items/1/A.md", "items/01/x/A.md", "items/A.md", "laws/l1.yml", "x",
		"local/5116/items.csv", "local/511602/other.csv", "laws/README.md", "laws/.yaml",
		"local/51160210120/items.csv", "Catalogue.yaml", "items/0a/A.md",
	};
	char full[1024];

	for (size_t i = 0; i < sizeof stray / sizeof *stray; i++) {
		snprintf(full, sizeof full, "data/%s", stray[i]);
		put(full, "");
		rule_is("file-unknown", stray[i]);
		CHECK_ALIVE();
		snprintf(full, sizeof full, "%s/data/%s", dir, stray[i]);
		CHECK_INT(remove(full), 0);
	}
}

static void reports_sections(void)
{
	const char *path = "data/items/05/Z.md";
	char full[1024];

	put(path, "---\ncode: Z\n---\n## 其他\n");
	rule_is("section-unknown", "items/05/Z.md");
	put(path, "---\ncode: Z\n---\n文字\n\n## 说明\n一\n");
	rule_is("section-unknown", "items/05/Z.md");
	put(path, "---\ncode: Z\n---\n## 常见问题\n文字\n### 问？\n");
	rule_is("section-unknown", "items/05/Z.md");
	snprintf(full, sizeof full, "%s/%s", dir, path);
	CHECK_INT(remove(full), 0);
}

/* Notices, licences, intermediaries and the life of an item; in place of what was loaded. */
static void records_beside_the_items(void)
{
	put("data/notices/n-1.md", "---\ntitle: 通知\ndate: \"2026-01-31\"\nnumber: \"\"\n---\n\n"
	    "先说。\n\n## 题\n\n一\n");
	put("data/licences.yaml", "licences:\n  - {id: e1, name: 电子照, issuer: 局, source: \"\"}\n");
	put("data/materials.yaml", "materials:\n  - {id: m1, name: 户口簿, licence: e1}\n");
	put("data/intermediaries.csv", "id,uscc,name,region,service,phone,address,source,note\n"
	    "i1,,检测所,511602,检测,,,,样\n");
	put("data/items/05/1J-5100-00019.md", "---\ncode: 1J-5100-00019\nname: 乙\ntype: \"05\"\n"
	    "state: \"3\"\ncancelled: \"2026-01-01\"\nreplaced_by: [\"510104001005\"]\n---\n");
	CHECK_INT(load(), 0);
	CHECK_INT(tong__findings_count(fs), 0);
	tong__layers_reader_free(&reader);
	tong__layers_free(layers);
	layers = NULL;
	CHECK_INT(tong__layers_build(&layers, m, NULL, &err), 0);
	CHECK_INT(tong__layers_reader(&reader, layers, &err), 0);
	CHECK_STR(line("base", "catalogue"),
		  "{\"k\":\"catalogue\",\"kinds\":[\"intermediaries\",\"licences\",\"notices\"],"
		  "\"languages\":[\"zh-CN\"],\"layers\":[\"511602\"],\"title\":\"试\"}");
	CHECK_STR(line("base", "notice/n-1"),
		  "{\"k\":\"notice/n-1\",\"date\":\"2026-01-31\",\"html\":"
		  "\"<p>先说。</p>\\n<h2>题</h2>\\n<p>一</p>\",\"title\":\"通知\"}");
	CHECK_STR(line("base", "licence/e1"),
		  "{\"k\":\"licence/e1\",\"issuer\":\"局\",\"materials\":[\"m1\"],\"name\":\"电子照\"}");
	CHECK_STR(line("base", "intermediary/i1"),
		  "{\"k\":\"intermediary/i1\",\"name\":\"检测所\",\"note\":\"样\","
		  "\"region\":\"511602\",\"service\":\"检测\"}");
	CHECK_STR(line("base", "item/1J-5100-00019"),
		  "{\"k\":\"item/1J-5100-00019\",\"cancelled\":\"2026-01-01\",\"code\":\"1J-5100-00019\","
		  "\"name\":\"乙\",\"replaced_by\":[\"510104001005\"],\"state\":\"3\",\"type\":\"05\"}");
}

static void refuses_what_is_no_catalogue(void)
{
	struct tong__tree *t = NULL;
	char full[1024];

	CHECK_INT(tong__tree_dir(&t, dir, "data/items", &err), 0);
	tong__model_free(m);
	CHECK_INT(tong__model_load(&m, t, fs, &err), TONG_E_FORMAT);
	CHECK(!m);
	tong__tree_free(t);
	snprintf(full, sizeof full, "%s/data/regions.csv", dir);
	CHECK_INT(remove(full), 0);
	CHECK_INT(load(), TONG_E_FORMAT);
	CHECK(strstr(err.message, "regions.csv"));
}

/* Two items of one code are an error of the check; should it be waived, there is still no layer
 * of them. */
static void refuses_records_with_one_key(void)
{
	struct tong__layers *l = NULL;

	put("data/items/01/1J-5100-00019.md", "---\ncode: 1J-5100-00019\n---\n");
	CHECK_INT(load(), 0);
	CHECK_INT(m->n_items, 3);
	CHECK_INT(tong__layers_build(&l, m, NULL, &err), TONG_E_FORMAT);
	CHECK(strstr(err.message, "L1") && strstr(err.message, "1J-5100-00019"));
	CHECK(!l);
}

int main(void)
{
	snprintf(dir, sizeof dir, "%s/layers-XXXXXX", tong_test_dir());
	if (!mkdtemp(dir))
		return 1;
	put_catalogue();
	RUN(loads);
	RUN(records_of_base);
	RUN(records_that_lead_to_items);
	RUN(records_of_a_region);
	RUN(records_of_the_site);
	RUN(every_record_has_its_form);
	RUN(same_files_same_bytes);
	RUN(reads_records);
	RUN(scans_lines);
	RUN(many_threads_read);
	RUN(reports_files_out_of_place);
	RUN(reports_sections);
	RUN(records_beside_the_items);
	RUN(refuses_records_with_one_key);
	RUN(refuses_what_is_no_catalogue);
	tong__layers_reader_free(&reader);
	tong__layers_free(layers);
	tong__model_free(m);
	tong__findings_free(fs);
	return tong_test_done();
}
