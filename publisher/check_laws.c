/* The state of the law: a basis that is repealed, changed, or not yet in force. */
#include "publisher/check.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/json.h"
#include "core/suggest.h"

static void day_of(int64_t time, char out[11])
{
	time_t t = (time_t)time;
	struct tm tm;

	*out = 0;
	if (time && gmtime_r(&t, &tm))
		strftime(out, 11, "%Y-%m-%d", &tm);
}

static bool state_is(const struct tong__law *law, const char *state)
{
	const char *s = tong__json_str(law->doc->root, "state");

	return s && !strcmp(s, state);
}

/* Not before its day: told by the state, or by the date against the commit's. */
static bool not_yet(const struct tong__law *law, const char *today)
{
	const char *effective = tong__json_str(law->doc->root, "effective");

	return state_is(law, "尚未施行") || (effective && *today && strcmp(effective, today) > 0);
}

static void check_basis(const struct tong__model *m, const struct tong__item *it,
                        const json_t *basis, const char *today, struct tong__findings *fs)
{
	const char *id = tong__json_str(basis, "law");
	const struct tong__law *law = id ? tong__model_law(m, id) : NULL;
	const char *title = law ? tong__json_str(law->doc->root, "title") : NULL;

	if (!law)
		return;   /* reference-law says so */
	title = title ? title : id;
	if (state_is(law, "已废止"))
		tong__report_item(fs, "law-repealed", it, basis, "law", "a law in force", title);
	else if (state_is(law, "已修改"))
		tong__report_item(fs, "law-amended", it, basis, "law",
		                  "the article of the version in force", title);
	else if (not_yet(law, today))
		tong__report_item(fs, "law-not-yet", it, basis, "law", "a law that has taken effect",
		                  title);
}

static void check_law(const struct tong__law *law, struct tong__findings *fs)
{
	const char *state = tong__json_str(law->doc->root, "state");
	const char *title = tong__json_str(law->doc->root, "title");
	static const char *const states[] = {"有效", "已修改", "已废止", "尚未施行", NULL};
	struct tong__suggest near = tong__suggest(state ? state : "");
	char wanted[TONG__SUGGESTED];
	bool known = false;

	if (!title || !*title)
		tong__report_entry(fs, "law-title", law->doc, law->doc->root, law->id, "title",
		                   "not written");
	if (!state || !*state) {
		tong__report_entry(fs, "law-unchecked", law->doc, law->doc->root, law->id, "“有效”",
		                   "blank");
		return;
	}
	for (size_t i = 0; states[i]; i++)
		known |= !strcmp(state, states[i]);
	for (size_t i = 0; states[i]; i++)
		tong__suggest_try(&near, states[i], NULL);
	if (!known)
		tong__report_entry(fs, "law-state", law->doc, law->doc->root, law->id,
		                   tong__suggest_say(&near, "“有效”, “已修改”, “已废止” or “尚未施行”", wanted), state);
}

void tong__check_laws(const struct tong__model *m, struct tong__findings *fs)
{
	char today[11];

	day_of(m->time, today);
	for (size_t i = 0; i < m->n_laws; i++)
		check_law(&m->laws[i], fs);
	for (size_t n = 0; n < m->n_items; n++) {
		size_t i;
		json_t *v;

		json_array_foreach(tong__json_arr(m->items[n].doc->root, "basis"), i, v)
			check_basis(m, &m->items[n], v, today, fs);
		json_array_foreach(tong__json_arr(m->items[n].doc->root, "materials"), i, v)
			check_basis(m, &m->items[n], tong__json_obj(v, "basis"), today, fs);
	}
}
