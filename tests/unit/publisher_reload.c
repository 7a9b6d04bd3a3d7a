/* Reading one file again: the model and the preview's records are as if everything had been read
 * anew. */
#include "publisher/model_reload.h"

#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "publisher/preview.h"
#include "tests/lib/check.h"

#define LISTING_COLUMNS                                                                 \
	"item,published_code,published_name,agency,org_code,impl_region,level,hall,window," \
	"address,hours,phone,complaint_phone,online_url,portal_url,limit_promised_days,"    \
	"limit_promised_unit,visits,case_type,online_depth,handle_area,source,sample,note\n"

static char dir[512];
static tong_error err;

static void put(const char *path, const char *text)
{
	char full[1024];

	snprintf(full, sizeof full, "%s/%s", dir, path);
	if (tong__mkdirs_for(full, NULL) || tong__file_write_fast(full, text, strlen(text), NULL, NULL))
		exit(1);
}

static void put_item(const char *code, const char *name, const char *more)
{
	char path[64], text[512];

	snprintf(path, sizeof path, "data/items/01/%s.md", code);
	snprintf(text, sizeof text, "---\ncode: \"%s\"\nname: %s\ntype: \"01\"\n%s---\n", code, name,
			 more);
	put(path, text);
}

static void put_catalogue(void)
{
	put("data/catalogue.yaml", "format: 1\ntitle: 试\n");
	put("data/regions.csv", "code,name,level,type,parent,name_new\n510000,四川省,1,省,,\n"
							"511602,广安区,3,市辖区,511600,\n");
	put("data/materials.yaml", "materials:\n  - {id: m1, name: 户口簿}\n");
	put("data/laws/l1.yaml", "title: 某法\narticles: []\n");
	put("data/local/511602/items.csv", LISTING_COLUMNS "A-2,,,,,,,,,,,,,,,,,,,,,,,\n");
	put_item("A-2", "乙", "");
	put_item("A-4", "丁", "basis:\n  - {law: l1}\n");
	put("site/templates/item.html", "<p>{{heading}}</p>\n");
	put("site/strings/zh-CN.json", "{\"a\": \"一\"}");
}

static const char *name_of(const struct tong__model *m, const char *code)
{
	const struct tong__item *it = tong__model_item(m, code);

	return it ? tong__json_str(it->doc->root, "name") : "-";
}

static void a_model_follows_its_files(void)
{
	struct tong__findings *fs;
	struct tong__model *m;
	struct tong__tree *t;
	char gone[600];

	CHECK_INT(tong__findings_new(&fs), 0);
	CHECK_INT(tong__tree_dir(&t, dir, "data", &err), 0);
	CHECK_INT(tong__model_load(&m, t, fs, &err), 0);
	put_item("A-2", "改", "");
	put_item("A-3", "丙", "");
	CHECK_INT(tong__model_reload(m, t, "items/01/A-2.md", fs, &err), 0);
	CHECK_INT(tong__model_reload(m, t, "items/01/A-3.md", fs, &err), 0);
	CHECK_INT(m->n_items, 3);
	CHECK_STR(name_of(m, "A-2"), "改");
	CHECK_STR(name_of(m, "A-3"), "丙");
	CHECK_STR(name_of(m, "A-4"), "丁");
	snprintf(gone, sizeof gone, "%s/data/items/01/A-3.md", dir);
	CHECK_INT(unlink(gone), 0);
	CHECK_INT(tong__model_reload(m, t, "items/01/A-3.md", fs, &err), 0);
	CHECK_INT(m->n_items, 2);
	put("data/materials.yaml",
		"materials:\n  - {id: m1, name: 户口簿}\n  - {id: m2, name: 照片}\n");
	CHECK(!tong__model_material(m, "m2"));
	CHECK_INT(tong__model_reload(m, t, "materials.yaml", fs, &err), 0);
	CHECK(tong__model_material(m, "m2") != NULL);
	put("data/local/511602/halls.yaml", "halls: []\n");
	CHECK_INT(tong__model_reload(m, t, "local/511602/halls.yaml", fs, &err), 0);
	CHECK(m->n_locals == 1 && m->locals[0].halls && m->locals[0].items);
	put("data/laws/l0.yaml", "title: 另一部\narticles: []\n");
	CHECK_INT(tong__model_reload(m, t, "laws/l0.yaml", fs, &err), 0);
	CHECK(tong__model_law(m, "l0") && tong__model_law(m, "l1"));
	CHECK_INT(tong__findings_count(fs), 0);
	put("data/items/01/A-2.md", "---\ncode: [\n---\n");
	CHECK_INT(tong__model_reload(m, t, "items/01/A-2.md", fs, &err), 0);
	CHECK_INT(tong__findings_count(fs), 1);
	CHECK_INT(m->n_items, 2);
	put_item("A-2", "乙", "");
	tong__model_free(m);
	tong__tree_free(t);
	tong__findings_free(fs);
}

/* A member of a record; "-" when there is none. */
static void member(struct tong__preview_store *s, const char *key, const char *name, char out[128])
{
	struct tong__reader r = tong__preview_store_reader(s);
	json_t *rec = r.get(r.user, "base", key, &err), *v = json_object_get(rec, name);
	char *text = v ? json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

	snprintf(out, 128, "%s", text ? text : "-");
	free(text);
	json_decref(rec);
}

static void records_follow(bool complete)
{
	struct tong__preview_store *s;
	char repo[600], site[600], text[128];

	snprintf(repo, sizeof repo, "%s", dir);
	snprintf(site, sizeof site, "%s/site", dir);
	put_catalogue();
	CHECK_INT(tong__preview_store_open(&s, repo, "data", site, complete, &err), 0);
	member(s, "item/A-2", "name", text);
	CHECK_STR(text, "\"乙\"");
	member(s, "law/l1", "title", text);
	CHECK_STR(text, "\"某法\"");
	put_item("A-2", "改", "basis:\n  - {law: l1}\n");
	CHECK_INT(tong__preview_store_reload(s, "items/01/A-2.md", &err), 0);
	member(s, "item/A-2", "name", text);
	CHECK_STR(text, "\"改\"");
	if (complete) {
		member(s, "law/l1", "items", text);
		CHECK_STR(text, "[\"A-2\",\"A-4\"]");
		member(s, "where/A-2", "regions", text);
		CHECK_STR(text, "[\"511602\"]");
	}
	member(s, "item/A-9", "name", text);
	CHECK_STR(text, "-");
	tong__preview_store_free(s);
}

static void records_of_a_complete_store(void)
{
	records_follow(true);
}

static void records_of_a_part(void)
{
	records_follow(false);
}

int main(void)
{
	const char *tmp = getenv("TONG_TMP");

	snprintf(dir, sizeof dir, "%s/reload", tmp ? tmp : "/tmp");
	put_catalogue();
	RUN(a_model_follows_its_files);
	RUN(records_of_a_complete_store);
	RUN(records_of_a_part);
	return tong_test_done();
}
