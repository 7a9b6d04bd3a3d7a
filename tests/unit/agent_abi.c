/* Where the members of the public structs stand on 64-bit machines: numbers for ever. A member is
 * added by a line at the end; a line that would have to change breaks every program that exists. */
#include <stddef.h>

#include <tong/agent.h>

#include "tests/lib/check.h"

#define AT(type, member, wanted) CHECK_INT(offsetof(type, member), wanted)

static void options_keep_their_places(void)
{
	AT(tong_options, size, 0);
	AT(tong_options, user, 8);
	AT(tong_options, now, 16);
	AT(tong_options, log, 24);
	AT(tong_options, progress, 32);
	AT(tong_options, read_only, 40);
	AT(tong_options, timeout_seconds, 48);
	AT(tong_options, byte_budget, 56);
	AT(tong_options, proxy, 64);
	AT(tong_options, ca_file, 72);
	AT(tong_options, cert_file, 80);
	AT(tong_options, key_file, 88);
	AT(tong_options, hours, 96);
	AT(tong_options, rate, 104);
	AT(tong_options, month_budget, 112);
	AT(tong_options, allocate, 120);
	AT(tong_options, sources, 128);
	AT(tong_export_options, size, 0);
	AT(tong_export_options, regions, 8);
	AT(tong_export_options, since, 16);
}

static void feedback_keeps_its_places(void)
{
	AT(tong_feedback, size, 0);
	AT(tong_feedback, kind, 8);
	AT(tong_feedback, item, 16);
	AT(tong_feedback, region, 24);
	AT(tong_feedback, field, 32);
	AT(tong_feedback, text, 40);
	AT(tong_feedback, contact, 48);
	AT(tong_feedback, fingerprint, 56);
	AT(tong_feedback, lang, 64);
	AT(tong_feedback, rating, 72);
	AT(tong_feedback, id, 80);
}

static void results_keep_their_places(void)
{
	AT(tong_sync_result, size, 0);
	AT(tong_sync_result, changed, 8);
	AT(tong_sync_result, requests, 16);
	AT(tong_sync_result, bytes_down, 24);
	AT(tong_sync_result, bytes_up, 32);
	AT(tong_sync_result, records, 40);
	AT(tong_sync_result, release, 48);
	AT(tong_sync_result, way, 56);
	AT(tong_sync_result, source, 120);
	AT(tong_sync_result, bytes_month, 376);
	AT(tong_sync_result, clock_skew, 384);
	AT(tong_export_result, size, 0);
	AT(tong_export_result, release, 8);
	AT(tong_export_result, layers, 16);
	AT(tong_export_result, changesets, 24);
	AT(tong_export_result, bytes, 32);
	AT(tong_export_result, expires, 40);
}

/* It has no size of its own, so it never grows. */
static void the_error_never_grows(void)
{
	AT(tong_error, code, 0);
	AT(tong_error, cause, 4);
	AT(tong_error, subject, 8);
	AT(tong_error, message, 168);
	CHECK_INT(sizeof(tong_error), 520);
}

/* What is not told begins at zero, and zero is the default. */
static void macros_tell_the_size_and_nothing_else(void)
{
	const tong_options o = TONG_OPTIONS_INIT;
	const tong_export_options e = TONG_EXPORT_OPTIONS_INIT;
	const tong_feedback f = TONG_FEEDBACK_INIT;
	const tong_sync_result r = TONG_SYNC_RESULT_INIT;
	const tong_export_result x = TONG_EXPORT_RESULT_INIT;
	static const char zero[1024];

	CHECK_INT(o.size, sizeof o);
	CHECK_INT(e.size, sizeof e);
	CHECK_INT(f.size, sizeof f);
	CHECK_INT(r.size, sizeof r);
	CHECK_INT(x.size, sizeof x);
	CHECK_MEM((const char *)&o + 8, zero, sizeof o - 8);
	CHECK_MEM((const char *)&e + 8, zero, sizeof e - 8);
	CHECK_MEM((const char *)&f + 8, zero, sizeof f - 8);
	CHECK_MEM((const char *)&r + 8, zero, sizeof r - 8);
	CHECK_MEM((const char *)&x + 8, zero, sizeof x - 8);
}

int main(void)
{
	RUN(options_keep_their_places);
	RUN(feedback_keeps_its_places);
	RUN(results_keep_their_places);
	RUN(the_error_never_grows);
	RUN(macros_tell_the_size_and_nothing_else);
	return tong_test_done();
}
