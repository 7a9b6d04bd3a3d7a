/* Nodes with ledgers for the harnesses of reports: as they are before each input. */
#ifndef TESTS_FUZZ_LEDGERS_H
#define TESTS_FUZZ_LEDGERS_H

#include "tests/fuzz/fill.h"
#include "tests/unit/agent_reports.h"

/* A ledger as it was when it was kept. */
struct kept {
	char dir[512];
	struct tong__buf bytes;
};

static inline void keep_ledger(struct kept *k, struct tong__outbox *o, const char *dir)
{
	char path[600];

	tong__outbox_close(o); /* the log goes into the file */
	snprintf(k->dir, sizeof k->dir, "%s", dir);
	snprintf(path, sizeof path, "%s/ledger.db", dir);
	tong__buf_init(&k->bytes, 1 << 24);
	if (tong__file_read(path, &k->bytes, NULL))
		abort();
}

static inline void open_again(const struct kept *k, struct tong__outbox *o)
{
	char path[600];
	FILE *f;

	snprintf(path, sizeof path, "%s/ledger.db-wal", k->dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/ledger.db-shm", k->dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/ledger.db", k->dir);
	f = fopen(path, "wb");
	if (!f || fwrite(k->bytes.data, k->bytes.len, 1, f) != 1 || fclose(f) ||
		tong__outbox_open(o, k->dir, NULL))
		abort();
}

#endif
