/* How our programs choose their language; only a program includes this, never a library. */
#ifndef TONG_CORE_LANGUAGE_H
#define TONG_CORE_LANGUAGE_H

#include <libintl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef TONG_LOCALE_DIR
#define TONG_LOCALE_DIR "/usr/local/share/locale"
#endif

/* "zh", "zh_CN.UTF-8", "zh-Hans" … */
static inline bool tong__is_chinese(const char *locale)
{
	return !strncmp(locale, "zh", 2) && !((locale[2] | 32) >= 'a' && (locale[2] | 32) <= 'z');
}

/* As gettext asks: the first of these that is set. */
static inline bool tong__locale_is_chinese(void)
{
	static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return tong__is_chinese(value);
	}
	return false;
}

static inline bool tong__holds_messages(const char *dir)
{
	char path[4352];

	snprintf(path, sizeof path, "%s/zh_CN/LC_MESSAGES/tong.mo", dir);
	return access(path, R_OK) == 0;
}

/* Where the catalogue lies: build/po beside a program in the source tree, share/locale beside its
 * bin, else where `make install` was told to put it. */
static inline void tong__bind_messages(void)
{
	static const char *const beside[] = {"po", "../share/locale"};
	char dir[4224] = "", *slash;
	ssize_t n = readlink("/proc/self/exe", dir, 4096);

	dir[n < 0 ? 0 : n] = '\0';
	slash = strrchr(dir, '/');
	for (size_t i = 0; slash && i < sizeof beside / sizeof *beside; i++) {
		strcpy(slash + 1, beside[i]);
		if (tong__holds_messages(dir)) {
			bindtextdomain("tong", dir);
			return;
		}
	}
	bindtextdomain("tong", TONG_LOCALE_DIR);
}

/*
 * From now on messages are Chinese or English: as 'asked' says ("zh" or "en"), or with NULL as the
 * environment does; a locale that names no language (C, POSIX, none) means English. Answers whether
 * it is Chinese. Before the first thread; again is fine.
 *
 * Only the language is taken from the locale, never its other habits, and the locale itself need
 * not exist: Debian generates none but C.UTF-8. gettext translates in any locale other than "C",
 * and then LANGUAGE alone names the catalogue; so the locale is always C.UTF-8, and LANGUAGE is set
 * here. bindtextdomain comes last since it makes gettext forget what it looked up before.
 */
static inline bool tong__speak(const char *asked)
{
	bool zh = asked ? tong__is_chinese(asked) : tong__locale_is_chinese();

	setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C.UTF-8");
	setenv("LANGUAGE", zh ? "zh_CN" : "en", 1);
	tong__bind_messages();
	return zh;
}

#endif
