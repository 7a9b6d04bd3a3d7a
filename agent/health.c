/* What is wrong around a store: its disk, its clock, itself; for `status`. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "agent/health.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"

#define LITTLE ((uint64_t)16 << 20) /* bytes: a sync of a county wants a few megabytes */
#define HOUR   3600
#define LONG   ((int64_t)3 * 24 * HOUR)
#define FAR    300 /* seconds, as in link.c */

__attribute__((format(printf, 3, 4))) static void add(json_t *list, const char *what,
													  const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	json_array_append_new(list, json_pack("{s:s, s:s}", "what", what, "text", text));
}

static void look_at_disk(const char *dir, json_t *doc, json_t *list)
{
	struct statvfs fs;
	uint64_t left;
	bool fixed;

	if (statvfs(dir, &fs) != 0)
		return;
	left = (uint64_t)fs.f_bavail * fs.f_frsize;
	fixed = (fs.f_flag & ST_RDONLY) != 0;
	json_object_set_new(doc, "disk", json_pack("{s:I, s:I, s:b}", "free", (json_int_t)left, "total",
											   (json_int_t)fs.f_blocks * (json_int_t)fs.f_frsize,
											   "writable", !fixed));
	if (fixed)
		add(list, "disk-read-only", "%s",
			_("the disk is read-only: what is held is served, nothing new can be taken"));
	else if (left < LITTLE)
		add(list, "disk-full", _("%llu bytes are left on the disk; a sync may want more"),
			(unsigned long long)left);
}

/* Two witnesses: the last sync, which lies in the past, and the clock of its source. */
static void look_at_clock(int64_t now, const json_t *sync, json_t *list)
{
	int64_t then = tong__json_int(sync, "time", 0), skew = tong__json_int(sync, "clock_skew", 0);

	if (now < TONG_EPOCH)
		add(list, "clock-behind", "%s",
			_("this machine's clock stands in a year that is long past; what is signed is judged "
			  "by it"));
	else if (then && now < then - HOUR)
		add(list, "clock-behind",
			_("this machine's clock is %lld hours before the last sync; what is signed is judged "
			  "by it"),
			(long long)((then - now) / HOUR));
	else
		tong__health_skew(skew, list);
}

void tong__health_skew(int64_t skew, json_t *problems)
{
	if (llabs(skew) < FAR)
		return;
	add(problems, "clock-skew",
		skew > 0 ? _("this machine's clock was %lld s behind the source's at the last sync")
				 : _("this machine's clock was %lld s ahead of the source's at the last sync"),
		(long long)llabs(skew));
}

/* Not being heard is no fault of what is served, and somebody has to know. */
static void look_upward(int64_t now, const json_t *up, json_t *list)
{
	const char *state = tong__json_str(up, "state");
	int64_t since = tong__json_int(up, "since", now), aside = tong__json_int(up, "aside", 0);

	if (!up)
		return;
	if (strcmp(state, "rejected") == 0 || strcmp(state, "revoked") == 0)
		add(list, "reports-refused", "%s", _("the level above takes no reports of this node"));
	else if (tong__json_int(up, "waiting", 0) && now - since > LONG)
		add(list, "reports-waiting", _("reports wait for %lld days to be taken by the level above"),
			(long long)((now - since) / (24 * HOUR)));
	if (aside)
		add(list, "reports-aside", _("%lld reports were refused by the level above for good"),
			(long long)aside);
}

void tong__health(const char *dir, int64_t now, const json_t *sync, json_t *doc)
{
	json_t *list = json_array();

	look_at_disk(dir, doc, list);
	look_at_clock(now, sync, list);
	if (tong__json_int(doc, "release", 0) == 0)
		add(list, "not-synced", "%s", _("nothing is held yet"));
	if (!tong__json_bool(doc, "sound"))
		add(list, "damaged", "%s",
			_("what is held is damaged and not served; tong-agent sync repairs it"));
	if (json_array_size(json_object_get(doc, "expired")))
		add(list, "expired", "%s",
			_("what was signed has expired: the province has not published, this node has not been "
			  "able to sync, or its clock is ahead"));
	if (json_object_get(doc, "left"))
		add(list, "went-back", "%s", _("an operator went back to an older release"));
	look_upward(now, json_object_get(doc, "upward"), list);
	json_object_set_new(doc, "problems", list);
}
