/* The parts of `keys` that stand in files of their own. */
#ifndef TONG_PUBLISHER_CMD_KEYS_H
#define TONG_PUBLISHER_CMD_KEYS_H

#include "publisher/cmd.h"
#include "publisher/keys.h"

/* --keys, with passphrases as the options say; 'ask' lives as long as the keyring. */
int tong__cmd_open_keys(struct tong__keys **, struct tong__ask *, const struct tong__args *,
						tong_error *);
/* A new key; under a passphrase with --encrypt. */
int tong__cmd_create_key(const struct tong__args *, const char *name, const char *kind,
						 tong_error *);

int tong__cmd_keys_show(const struct tong__args *, tong_error *);
int tong__cmd_keys_rotate(const struct tong__args *, tong_error *);
int tong__cmd_keys_revoke(const struct tong__args *, tong_error *);
int tong__cmd_keys_threshold(const struct tong__args *, tong_error *);
int tong__cmd_keys_delegate(const struct tong__args *, tong_error *);

/* ---- cmd_release_look.c ---- */
int tong__cmd_release_show(const struct tong__args *, tong_error *);
int tong__cmd_release_diff(const struct tong__args *, tong_error *);

#endif
