/* 能砍必砍: what is asked of people without need: catch-all conditions, replaceable proofs, stamps. */
#include "publisher/check.h"

#include <string.h>

#include "core/json.h"
#include "core/text.h"

static const char *const catch_alls[] = {
	"其他条件", "规定的其他", "其它条件", "规定的其它", "其他材料", "其它材料", "等相关材料", "等有关材料", NULL,
};

static void check_conditions(const struct tong__item *it, struct tong__findings *fs)
{
	const struct tong__section *s = tong__doc_section(it->doc, "受理条件");
	const char *at = s ? tong__mentions(s->markdown, catch_alls) : NULL;

	if (at)
		tong__report_text(fs, "condition-catch-all", it, s, at, "say which condition",
		                  "a catch-all condition");
}

/* Words for a stamp or proof that somebody else must give. */
static bool proof(const char *name)
{
	return strstr(name, "证明") && (strstr(name, "村") || strstr(name, "社区") || strstr(name, "居委会"));
}

/* A stamp of somebody else is asked for only where law asks for it. */
static void check_stamp(const struct tong__item *it, const json_t *use, const char *name,
                        struct tong__findings *fs)
{
	static const char *const stamps[] = {"盖章", "签章", "公章", "单位意见", NULL};
	const char *note = tong__json_str(use, "note");
	const json_t *basis = json_object_get(use, "basis");

	if (json_object_size(basis))
		return;
	if (tong__mentions(name, stamps))
		tong__report_item(fs, "stamp-basis", it, use, "material",
		                  "the basis that asks for the stamp, or no stamp", name);
	else if (note && tong__mentions(note, stamps))
		tong__report_item(fs, "stamp-basis", it, use, "note",
		                  "the basis that asks for the stamp, or no stamp", note);
}

static void check_material(const struct tong__model *m, const struct tong__item *it,
                           const json_t *use, struct tong__findings *fs)
{
	const char *id = tong__json_str(use, "material");
	const json_t *material = id ? tong__model_material(m, id) : NULL;
	const char *name = material ? tong__json_str(material, "name") : NULL;
	const char *licence = material ? tong__json_str(material, "licence") : NULL;
	const char *form = tong__json_str(use, "form");

	if (!name)
		return;
	if (tong__mentions(name, catch_alls))
		tong__report_item(fs, "material-catch-all", it, use, "material", "say which material",
		                  name);
	if (licence && *licence && form && !strcmp(form, "1"))
		tong__report_item(fs, "material-licence", it, use, "material",
		                  "an electronic licence will do; no paper is asked for", name);
	if (proof(name))
		tong__report_item(fs, "material-proof", it, use, "material",
		                  "a proof that a law allows to ask for", name);
	check_stamp(it, use, name, fs);
	if (tong__json_int(use, "copies", 0) > 3)
		tong__report_item(fs, "material-copies", it, use, "copies", "at most 3 copies", name);
}

/* An off-site step done by an intermediary needs a basis like any other step (art. 35). */
static void check_intermediary(const struct tong__item *it, struct tong__findings *fs)
{
	const char *text = tong__json_str(it->doc->root, "intermediary");

	if (text && *text && !strstr(text, "《") && !strstr(text, "无"))
		tong__report_item(fs, "intermediary-basis", it, it->doc->root, "intermediary",
		                  "“《依据》第几条”: the law and its article",
		                  text);
}

void tong__check_burdens(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t n = 0; n < m->n_items; n++) {
		const struct tong__item *it = &m->items[n];
		size_t i;
		json_t *v;

		check_conditions(it, fs);
		check_intermediary(it, fs);
		json_array_foreach(tong__json_arr(it->doc->root, "materials"), i, v)
			check_material(m, it, v, fs);
	}
}
