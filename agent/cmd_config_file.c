/* Reads the configuration file: the door to libinih, which neither counts lines for its host nor
 * knows a ceiling. */
#include "agent/cmd_config_file.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/board.h"
#include "agent/cmd_hook.h"
#include "agent/link.h"
#include "agent/serve.h"
#include "agent/source.h"
#include "core/err.h"
#include "core/file.h"
#include "core/message.h"
#include "core/suggest.h"
#include "core/text.h"

struct entry {
	char *name, *value;
	unsigned line;
};

struct tong__config {
	struct entry entries[TONG_MAX_CONFIG_KEYS];
	size_t n;
	unsigned faults; /* of form */
};

struct reading {
	struct tong__config *config;
	const char *at, *end;
	unsigned line;
	tong__config_fault *fault;
	void *user;
	unsigned faults;
	bool no_memory;
};

/* ---- faults ---- */

struct told {
	tong__config_fault *fn;
	void *user;
	unsigned n;
};

__attribute__((format(printf, 3, 4))) static void tell(struct told *t, unsigned line,
													   const char *fmt, ...)
{
	char text[700];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	t->n++;
	t->fn(t->user, line, text);
}

/* ---- form ---- */

/* The next line for libinih, as fgets would give it. What it would misread is told here. */
static char *next_line(char *out, int max, void *user)
{
	struct reading *r = user;
	struct told t = { r->fault, r->user, 0 };
	const char *lf;
	size_t n;

	if (r->at == r->end)
		return NULL;
	lf = memchr(r->at, '\n', (size_t)(r->end - r->at));
	n = (size_t)((lf ? lf : r->end) - r->at);
	r->line++;
	if (n > TONG_MAX_CONFIG_LINE || n + 2 > (size_t)max)
		tell(&t, r->line, _("the line has %zu bytes, at most %d are allowed"), n,
			 TONG_MAX_CONFIG_LINE);
	else if (!tong__utf8_valid(r->at, n, NULL))
		tell(&t, r->line, "%s", _("not UTF-8, or a character that no text has"));
	if (t.n)
		n = 0;
	r->faults += t.n;
	memcpy(out, r->at, n);
	memcpy(out + n, "\n", 2);
	r->at = lf ? lf + 1 : r->end;
	return out;
}

static int take(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	struct tong__config *c = r->config;
	struct told t = { r->fault, r->user, 0 };
	struct entry e = { .line = r->line };

	(void)section; /* told by check_form */
	if (c->n == TONG_MAX_CONFIG_KEYS) {
		tell(&t, r->line, _("more than %d keys"), TONG_MAX_CONFIG_KEYS);
		r->faults++;
		r->at = r->end;
		return 1;
	}
	e.name = strdup(name);
	e.value = strdup(value);
	c->entries[c->n++] = e;
	r->no_memory = r->no_memory || !e.name || !e.value;
	return 1;
}

/* A line that is neither empty, a comment nor NAME = VALUE: libinih tells only the first such. */
static void check_form(struct reading *r, const char *text, size_t len)
{
	struct told t = { r->fault, r->user, 0 };
	unsigned line = 0;

	for (const char *p = text, *end = text + len; p < end; line++) {
		const char *lf = memchr(p, '\n', (size_t)(end - p)), *stop = lf ? lf : end, *s = p;

		if (line == 0 && stop - s >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
			s += 3;
		while (s < stop && strchr(" \t\r", *s))
			s++;
		if (s < stop && *s == '[')
			tell(&t, line + 1, "%s", _("this file has no sections; a line is: name = value"));
		else if (s < stop && *s != '#' && *s != ';' &&
				 (*s == '=' || !memchr(s, '=', (size_t)(stop - s))))
			tell(&t, line + 1, _("found %.*s, wanted: name = value"),
				 (int)(stop - s > 60 ? 60 : stop - s), s);
		p = lf ? lf + 1 : end;
	}
	r->faults += t.n;
}

static int parse(struct reading *r, tong_error *err)
{
	/* Of this process alone: no continued lines, no comments behind values (a password may hold
	 * ';'), lines longer than its 200 bytes. */
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_use_stack = false;
	ini_max_line = TONG_MAX_CONFIG_LINE + 3;
	ini_initial_alloc = TONG_MAX_CONFIG_LINE + 3;
	if (ini_parse_stream(next_line, r, take, r) == -2 || r->no_memory)
		return tong__fail_nomem(err);
	r->config->faults = r->faults;
	return 0;
}

int tong__config_read(struct tong__config **out, const char *path, tong__config_fault *fault,
					  void *user, tong_error *err)
{
	struct reading r = { .fault = fault, .user = user };
	struct tong__buf text;
	int rc;

	*out = NULL;
	tong__buf_init(&text, TONG_MAX_CONFIG);
	rc = tong__file_read(path, &text, err);
	r.config = rc ? NULL : calloc(1, sizeof *r.config);
	if (!rc && !r.config)
		rc = tong__fail_nomem(err);
	if (!rc) {
		r.at = text.data ? text.data : "";
		r.end = r.at + text.len;
		check_form(&r, r.at, text.len);
		rc = parse(&r, err);
	}
	tong__buf_free(&text);
	if (rc)
		tong__config_free(r.config);
	else
		*out = r.config;
	return rc;
}

void tong__config_free(struct tong__config *c)
{
	for (size_t i = 0; c && i < c->n; i++) {
		free(c->entries[i].name);
		free(c->entries[i].value);
	}
	free(c);
}

/* ---- meaning ---- */

/* What a value must be beyond its kind, said by who will use it. 0: good. */
static int check_hours(const char *value, tong_error *err)
{
	struct tong__hours hours;

	return tong__hours_read(value, &hours, err);
}

static int check_file(const char *value, tong_error *err)
{
	return access(value, R_OK) == 0 ? 0 : tong__fail_errno(err, errno, value, "cannot read");
}

static int check_source(const char *value, tong_error *err)
{
	struct tong__source_options none = { .user = NULL };
	struct tong__source *s = NULL;
	int rc;

	if (!tong__source_is_url(value) || tong__starts(value, "git+") || tong__starts(value, "file:"))
		return 0; /* a stick may come later */
	rc = tong__source_open(&s, value, &none, err);
	tong__source_close(s);
	return rc;
}

static int check_region(const char *value, tong_error *err)
{
	return tong__region_code_valid(value)
			   ? 0
			   : tong__fail(err, TONG_E_USAGE, NULL, "wanted 6, 9 or 12 digits");
}

static int check_rate(const char *value, tong_error *err)
{
	return strtoull(value, NULL, 10) >= TONG_MIN_RATE
			   ? 0
			   : tong__fail(err, TONG_E_USAGE, NULL, "at least %d bytes a second are wanted",
							TONG_MIN_RATE);
}

static int check_every(const char *value, tong_error *err)
{
	return strtoull(value, NULL, 10) ? 0
									 : tong__fail(err, TONG_E_USAGE, NULL, "wanted 1 or more");
}

static int check_alarm(const char *value, tong_error *err)
{
	struct tong__alarm_rules rules;

	return tong__alarm_read(value, &rules, err);
}

static const struct {
	const char *name;
	int (*check)(const char *value, tong_error *);
} checks[] = {
	{ "hours", check_hours },   { "ca", check_file },         { "cert", check_file },
	{ "tls-cert", check_file }, { "tls-key", check_file },
	{ "key", check_file },
	{ "root", check_file },     { "source", check_source },
	{ "region", check_region }, { "rate", check_rate },       { "every", check_every },
	{ "proxy", tong__link_check_proxy }, { "listen", tong__serve_check },
	{ "alarm", check_alarm },   { "webhook", tong__hook_check },
};

static int check_value(const char *name, const char *value, tong_error *err)
{
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		if (strcmp(checks[i].name, name) == 0)
			return checks[i].check(value, err);
	return 0;
}

static void unknown(struct told *t, const struct entry *e)
{
	struct tong__suggest s = tong__suggest(e->name);
	char wanted[TONG__SUGGESTED];
	const char *known;

	for (size_t i = 0; (known = tong__option_key(i)) != NULL; i++)
		tong__suggest_try(&s, known, NULL);
	tell(t, e->line, _("found the key %.60s, wanted %s"), e->name,
		 tong__suggest_say(&s, N_("one of those that tong-agent.conf(5) lists"), wanted));
}

static const struct entry *said_before(const struct tong__config *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(c->entries[k].name, c->entries[i].name) == 0)
			return &c->entries[k];
	return NULL;
}

static void apply(const struct tong__config *c, size_t i, struct tong__cli *cli, const char *typed,
				  struct told *t)
{
	const struct entry *e = &c->entries[i], *before = said_before(c, i);
	tong_error why = TONG_ERROR_INIT;
	char letter = tong__option_letter(e->name);
	struct tong__cli ignored;

	if (!letter) {
		unknown(t, e);
		return;
	}
	if (before && !tong__option_repeats(letter)) {
		tell(t, e->line, _("%s stands in line %u already"), e->name, before->line);
		return;
	}
	ignored = *cli;
	if (!*e->value)
		tong__fail(&why, TONG_E_USAGE, NULL, "wanted a value, found nothing");
	else if (!tong__option_set(strchr(typed, letter) ? &ignored : cli, letter, e->value, &why))
		check_value(e->name, e->value, &why);
	if (why.code)
		tell(t, e->line, "%s: %s", e->name, why.message);
}

/* What only several values together show. */
static void check_together(const struct tong__config *c, const struct tong__cli *cli,
						   struct told *t)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->entries[i].name, "key") == 0 && !cli->cert)
			tell(t, c->entries[i].line, "%s",
				 _("key: a key without the certificate (cert) that goes with it"));
}

int tong__config_apply(const struct tong__config *c, struct tong__cli *cli, const char *typed,
					   tong__config_fault *fault, void *user)
{
	struct told t = { fault, user, c->faults };

	for (size_t i = 0; i < c->n; i++)
		apply(c, i, cli, typed, &t);
	check_together(c, cli, &t);
	return t.n ? TONG_E_FORMAT : 0;
}
