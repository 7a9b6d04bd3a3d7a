/* Passphrases: from a descriptor, a file, or a person at the terminal; never kept, never shown. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "core/message.h"
#include "publisher/cmd.h"
#include "publisher/sign.h"

/* The first line; what does not fit is refused, not cut. */
static int read_line(int fd, const char *subject, char out[TONG_PASSPHRASE], tong_error *err)
{
	size_t n = 0;
	char c = '\0';

	while (read(fd, &c, 1) == 1 && c != '\n') {
		if (n + 1 == TONG_PASSPHRASE)
			return tong__fail(err, TONG_E_LIMIT, subject, "a passphrase has at most %d bytes",
							  TONG_PASSPHRASE - 1);
		out[n++] = c;
	}
	out[n] = '\0';
	return n ? 0 : tong__fail(err, TONG_E_KEY, subject, "no passphrase came");
}

/* A descriptor can be read once; the caller may need the line for several keys. */
static int from_fd(const char *number, char out[TONG_PASSPHRASE], tong_error *err)
{
	static char line[TONG_PASSPHRASE];
	char *end;
	long fd = strtol(number, &end, 10);
	int code = 0;

	if (*end || end == number || fd < 0 || fd > 1 << 20)
		return tong__fail(err, TONG_E_USAGE, "--passphrase-fd", "wants a number, not '%s'", number);
	if (!*line)
		code = read_line((int)fd, "--passphrase-fd", line, err);
	memcpy(out, line, sizeof line);
	return code;
}

static int from_file(const char *path, char out[TONG_PASSPHRASE], tong_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), code;
	struct stat st;

	if (fd < 0)
		return tong__fail_errno(err, errno, path, "cannot open");
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & 077)
		code =
			tong__fail(err, TONG_E_KEY, path, "K3: others can read the passphrase: `chmod 600` it");
	else
		code = read_line(fd, path, out, err);
	close(fd);
	return code;
}

/* Without an echo; what was set before is set again whatever happens. */
static int ask_once(int tty, const char *name, const char *prompt, char out[TONG_PASSPHRASE],
					tong_error *err)
{
	struct termios was, quiet;
	int code;

	if (tcgetattr(tty, &was) < 0)
		return tong__fail_errno(err, errno, "terminal", "cannot ask");
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(tty, TCSAFLUSH, &quiet);
	dprintf(tty, "%s", prompt);
	code = read_line(tty, name, out, err);
	tcsetattr(tty, TCSAFLUSH, &was);
	dprintf(tty, "\n");
	return code;
}

static int from_terminal(const char *name, bool fresh, char out[TONG_PASSPHRASE], tong_error *err)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC), code;
	char again[TONG_PASSPHRASE] = "", prompt[512];

	if (tty < 0)
		return tong__fail(err, TONG_E_KEY, name,
						  "needs a passphrase, and there is no terminal: --passphrase-file or "
						  "--passphrase-fd");
	snprintf(prompt, sizeof prompt, fresh ? _("New passphrase for %s: ") : _("Passphrase of %s: "),
			 name);
	code = ask_once(tty, name, prompt, out, err);
	snprintf(prompt, sizeof prompt, _("Once more for %s: "), name);
	if (!code && fresh)
		code = ask_once(tty, name, prompt, again, err);
	if (!code && fresh && strcmp(out, again) != 0)
		code = tong__fail(err, TONG_E_USAGE, name, "the two passphrases differ: nothing was made");
	tong__wipe(again, sizeof again);
	close(tty);
	return code;
}

static int get(void *arg, const char *name, bool fresh, char out[TONG_PASSPHRASE], tong_error *err)
{
	const struct tong__args *a = arg;

	if (a->passphrase_fd)
		return from_fd(a->passphrase_fd, out, err);
	if (a->passphrase_file)
		return from_file(a->passphrase_file, out, err);
	return from_terminal(name, fresh, out, err);
}

struct tong__ask tong__cmd_ask(const struct tong__args *a)
{
	return (struct tong__ask){ get, (void *)(intptr_t)a };
}

int tong__cmd_confirm(const struct tong__args *a, const char *question, tong_error *err)
{
	char answer[16] = "";
	int tty;
	ssize_t n;

	if (a->yes)
		return 0;
	tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (tty < 0)
		return tong__fail(err, TONG_E_USAGE, "keys sign",
						  "there is no terminal to ask at: read what is above, then give --yes");
	dprintf(tty, "%s [yes/no] ", question);
	n = read(tty, answer, sizeof answer - 1);
	close(tty);
	if (n == 4 && memcmp(answer, "yes\n", 4) == 0)
		return 0;
	return tong__fail(err, TONG_E_USAGE, "keys sign", "not confirmed: nothing was signed");
}
