/* Taking in what somebody says of a guide: checked, given an id and an end date, then kept. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "agent/life.h"
#include "agent/outbox.h"
#include "core/element.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/text.h"

#define KEEP_DAYS 180 /* U12: what an answer needs, and no longer */

struct given {
	const tong_feedback *f;
	json_t *body;
	tong_error *err;
	int rc;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Browsers send CR LF for a line end in a text. */
static char *without_cr(const char *s, size_t n)
{
	char *copy = malloc(n + 1), *to = copy;

	for (size_t i = 0; copy && i < n; i++)
		if (s[i] != '\r')
			*to++ = s[i];
	if (copy)
		*to = '\0';
	return copy;
}

static int refuse(struct given *g, int code, const char *name, const char *why)
{
	return g->rc ? g->rc : (g->rc = tong__fail(g->err, code, name, "%s", tong__text(why)));
}

static bool has_control(const char *s)
{
	for (; *s; s++)
		if (((unsigned char)*s < ' ' && !strchr("\t\n\r", *s)) || *s == 0x7f)
			return true;
	return false;
}

/* A member as it was said, at most 'max' characters of it: none when nothing was. */
static void take(struct given *g, const char *name, const char *s, size_t max)
{
	size_t n = s ? strlen(s) : 0;
	char *text;

	while (n && is_space(s[n - 1]))
		n--;
	while (n && is_space(*s))
		s++, n--;
	if (g->rc || n == 0)
		return;
	if (!tong__utf8_valid(s, n, NULL)) {
		refuse(g, TONG_E_ENCODING, name, N_("is not UTF-8"));
		return;
	}
	text = without_cr(s, n);
	if (!text) {
		g->rc = tong__fail_nomem(g->err);
		return;
	}
	if (has_control(text))
		refuse(g, TONG_E_ENCODING, name, N_("has a control character"));
	else if (tong__utf8_count(text, strlen(text)) > max)
		g->rc = tong__fail(g->err, TONG_E_LIMIT, name, "is longer than %zu characters", max);
	else if (json_object_set_new(g->body, name, json_string(text)))
		g->rc = tong__fail_nomem(g->err);
	free(text);
}

static void take_kind(struct given *g)
{
	const char *kind = g->f->kind ? g->f->kind : "";
	bool rating = strcmp(kind, "rating") == 0;

	take(g, "what", kind, 16);
	take(g, "text", g->f->text, TONG_MAX_FEEDBACK);
	if (!g->rc && rating != (g->f->rating != 0))
		refuse(g, TONG_E_FORMAT, "rating", N_("is 1 to 5 in a rating, and not there else"));
	if (!g->rc && !rating && !json_object_get(g->body, "text"))
		refuse(g, TONG_E_FORMAT, "text", N_("is wanted: what is wrong?"));
	if (!g->rc && rating &&
		json_object_set_new(g->body, "rating", json_integer((json_int_t)g->f->rating)))
		g->rc = tong__fail_nomem(g->err);
}

static void take_field(struct given *g)
{
	const char *name = g->f->field;

	take(g, "field", name, 64);
	name = tong__json_str(g->body, "field");
	if (name && !tong__element_find(tong__item_elements, name) &&
		!tong__element_find(tong__listing_elements, name))
		refuse(g, TONG_E_FORMAT, "field", N_("is no element of an item"));
}

/* An alias becomes the item's own code where the node knows it: counts by item then agree. */
static void take_item(struct given *g, tong_agent *a)
{
	char code[TONG_MAX_CODE];
	const char *typed;
	tong_error own;

	take(g, "item", g->f->item, 40);
	typed = tong__json_str(g->body, "item");
	if (!typed || tong__agent_begin(a, &own))
		return;
	if (tong__lookup_code(a, typed, code, &own) == 0 &&
		json_object_set_new(g->body, "item", json_string(code)))
		g->rc = tong__fail_nomem(g->err);
	tong__agent_end(a);
}

/* What a page says of itself; nobody typed it, so nobody is told when it makes no sense. */
static void take_page(struct given *g)
{
	char fingerprint[TONG_FINGERPRINT];
	const char *lang = g->f->lang;

	if (g->f->fingerprint && tong__fingerprint_read(g->f->fingerprint, fingerprint))
		take(g, "fingerprint", fingerprint, TONG_FINGERPRINT);
	if (lang && strlen(lang) < TONG_MAX_LANG && tong__id_valid(lang))
		take(g, "lang", lang, TONG_MAX_LANG);
}

static int give_id(struct given *g, char out[32])
{
	unsigned char dice[10];
	char text[TONG_NODE_SPOKEN];

	if (getrandom(dice, sizeof dice, 0) != (ssize_t)sizeof dice)
		return tong__fail_errno(g->err, EIO, NULL, "no random number is to be had");
	tong__symbols(dice, text);
	text[TONG_FINGERPRINT - 1] = '-';
	tong__symbols(dice + 5, text + TONG_FINGERPRINT);
	snprintf(out, 32, "%s", text);
	return json_object_set_new(g->body, "id", json_string(text)) ? tong__fail_nomem(g->err) : 0;
}

static int read_all(struct given *g, tong_agent *a, int64_t now, char id[32])
{
	take_kind(g);
	take(g, "region", g->f->region, 40);
	take(g, "contact", g->f->contact, 100);
	take_field(g);
	take_page(g);
	take_item(g, a);
	if (g->rc)
		return g->rc;
	if (json_object_set_new(g->body, "kind", json_string("feedback")) ||
		json_object_set_new(g->body, "time", json_integer(now)) ||
		json_object_set_new(g->body, "until", json_integer(now + (int64_t)KEEP_DAYS * 86400)))
		return tong__fail_nomem(g->err);
	g->rc = give_id(g, id);
	return g->rc ? g->rc : tong__report_check(g->body, g->err);
}

static int keep(tong_agent *a, json_t *body, int64_t now, tong_error *err)
{
	struct tong__outbox o;
	int rc = tong__outbox_open(&o, a->dir, err);

	if (rc)
		return rc;
	rc = tong__ledger_begin(o.ledger, err);
	if (!rc)
		rc = tong__outbox_add(&o, body, now, err);
	if (!rc)
		rc = tong__ledger_commit(o.ledger, err);
	tong__outbox_close(&o);
	return rc;
}

int tong_agent_feedback(tong_agent *a, tong_feedback *said, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	tong_feedback f = TONG_FEEDBACK_INIT;
	struct given g = { &f, NULL, err ? err : &own, 0 };
	int64_t now = tong__agent_now(a);
	int rc;

	tong__memory_forget();
	g.body = json_object();
	rc = g.body ? 0 : tong__fail_nomem(g.err);
	if (!rc)
		rc = tong__options_take(&f, sizeof f, said, "tong_feedback", g.err);
	if (!rc)
		rc = read_all(&g, a, now, f.id);
	if (!rc)
		rc = keep(a, g.body, now, g.err);
	json_decref(g.body);
	if (rc)
		return tong__agent_told(rc, g.err);
	memcpy(said->id, f.id, sizeof f.id);
	return 0;
}
