/* Runs the program that signs for a key that is not in a file, and believes nothing it says
 * (FORMAT E1-E6). */
#include "publisher/external.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "core/key.h"

#define MAX_FILE      16384
#define MAX_WORDS     32
#define MAX_ANSWER    16384 /* E5: a public key in PEM is 1 KB, a signature 2 KB at most */
#define MAX_SIGNATURE 2048
#define SECONDS       300 /* E5: a person may have to find a card and type a PIN */

extern char **environ;

/* ---- the file ---- */

static int check_words(const json_t *list, const char *path, tong_error *err)
{
	const char *program = json_string_value(json_array_get(list, 0));
	json_t *word;
	size_t i;

	if (!program || *program != '/' || json_array_size(list) > MAX_WORDS)
		return tong__fail(err, TONG_E_KEY, path,
						  "E1: wants {\"command\":[…]}, the path of a program and its words");
	json_array_foreach(list, i, word) if (!json_is_string(word)) return tong__fail(
		err, TONG_E_KEY, path, "E1: every word of the command is a string");
	return 0;
}

int tong__external_read(const char *path, json_t **command, tong_error *err)
{
	json_t *file = NULL;
	struct tong__buf text;
	struct stat st;
	int code;

	*command = NULL;
	tong__buf_init(&text, MAX_FILE);
	code = tong__file_read(path, &text, err);
	if (!code && stat(path, &st) == 0 && st.st_mode & 022)
		code = tong__fail(err, TONG_E_KEY, path,
						  "E1: others can change which program signs: `chmod go-w` it");
	if (!code)
		code = tong__json_read(text.data ? text.data : "", text.len, 4, path, &file, err);
	if (!code)
		code = check_words(tong__json_arr(file, "command"), path, err);
	if (!code)
		*command = json_incref(tong__json_arr(file, "command"));
	json_decref(file);
	tong__buf_free(&text);
	return code;
}

/* ---- the program ---- */

/* What is to be signed, as a file that needs no folder: a program may read it as it likes and never
 * stops the writer. */
static int input_of(const void *p, size_t n, const char *subject, int *fd, tong_error *err)
{
	size_t done = 0;

	*fd = memfd_create("tong-sign", MFD_CLOEXEC);
	if (*fd < 0)
		return tong__fail_errno(err, errno, subject, "cannot hold what is to be signed");
	while (done < n) {
		ssize_t put = write(*fd, (const char *)p + done, n - done);

		if (put < 0)
			return tong__fail_errno(err, errno, subject, "cannot hold what is to be signed");
		done += (size_t)put;
	}
	return lseek(*fd, 0, SEEK_SET) < 0 ? tong__fail_errno(err, errno, subject, "cannot rewind") : 0;
}

static int start(char *const argv[], int in, int out, pid_t *pid, tong_error *err)
{
	posix_spawn_file_actions_t files;
	int e = posix_spawn_file_actions_init(&files);

	if (!e)
		e = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	if (!e)
		e = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	if (!e)
		e = posix_spawn(pid, argv[0], &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	return e ? tong__fail_errno(err, e, argv[0], "cannot start the program that signs") : 0;
}

static int seconds_left(const struct timespec *begun)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int)(begun->tv_sec + SECONDS - now.tv_sec);
}

/* Everything it says, up to a ceiling of bytes and time. */
static int listen_to(int fd, const char *program, struct tong__buf *out, tong_error *err)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };
	struct timespec begun;
	char piece[4096];
	ssize_t got;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	for (;;) {
		int left = seconds_left(&begun);

		if (left <= 0 || poll(&one, 1, left * 1000) == 0)
			return tong__fail(err, TONG_E_KEY, program, "E5: gave no answer within %d s", SECONDS);
		got = read(fd, piece, sizeof piece);
		if (got == 0)
			return 0;
		if (got < 0 && errno != EINTR && errno != EAGAIN)
			return tong__fail_errno(err, errno, program, "cannot read its answer");
		if (got > 0 && tong__buf_add(out, piece, (size_t)got))
			return tong__fail(err, TONG_E_KEY, program, "E5: said over %d bytes", MAX_ANSWER);
	}
}

static int finish(pid_t pid, bool kill_it, const char *program, tong_error *err)
{
	int status = 0;

	if (kill_it)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (kill_it || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return 0;
	if (WIFSIGNALED(status))
		return tong__fail(err, TONG_E_KEY, program, "E5: ended by signal %d: nothing is signed",
						  WTERMSIG(status));
	return tong__fail(err, TONG_E_KEY, program, "E5: ended with exit code %d: nothing is signed",
					  WEXITSTATUS(status));
}

static int run(char *const argv[], const void *p, size_t n, struct tong__buf *out, tong_error *err)
{
	int in = -1, ends[2] = { -1, -1 }, code = input_of(p, n, argv[0], &in, err), ended;
	pid_t pid = 0;

	if (!code && pipe2(ends, O_CLOEXEC) < 0)
		code = tong__fail_errno(err, errno, argv[0], "cannot make a pipe");
	if (!code)
		code = start(argv, in, ends[1], &pid, err);
	if (ends[1] >= 0)
		close(ends[1]);
	if (!code) {
		code = listen_to(ends[0], argv[0], out, err);
		ended = finish(pid, code != 0, argv[0], err);
		code = code ? code : ended;
	}
	if (ends[0] >= 0)
		close(ends[0]);
	if (in >= 0)
		close(in);
	return code;
}

/* The command's words and then ours. */
static int ask(const json_t *command, const char *const more[], const void *p, size_t n,
			   struct tong__buf *out, tong_error *err)
{
	char *argv[MAX_WORDS + 4] = { NULL };
	size_t i, k = 0;

	for (i = 0; i < json_array_size(command) && k < MAX_WORDS; i++)
		argv[k++] = (char *)(intptr_t)json_string_value(json_array_get(command, i));
	for (i = 0; more[i] && i < 3; i++)
		argv[k++] = (char *)(intptr_t)more[i];
	return run(argv, p, n, out, err);
}

/* ---- the two questions ---- */

int tong__external_public(const json_t *command, const char *subject, struct tong__buf *pem,
						  tong_error *err)
{
	static const char *const more[] = { "public", NULL };
	struct tong__buf answer;
	int code;

	tong__buf_init(&answer, MAX_ANSWER);
	code = ask(command, more, "", 0, &answer, err);
	if (!code && !answer.len)
		code = tong__fail(err, TONG_E_KEY, subject, "E3: the program told no public key");
	if (!code && tong__buf_add(pem, answer.data, answer.len))
		code = tong__fail_nomem(err);
	tong__buf_free(&answer);
	return code;
}

/* E6 */
static int check(const json_t *key, const void *msg, size_t n, const struct tong__buf *sig,
				 const char *program, tong_error *err)
{
	struct tong__key *verify;
	int code = tong__key_read(key, NULL, &verify, err);
	bool good;

	if (code)
		return code;
	good = sig->len <= MAX_SIGNATURE &&
		   tong__key_verify(verify, msg, n, (const unsigned char *)sig->data, sig->len);
	tong__key_free(verify);
	return good ? 0
				: tong__fail(err, TONG_E_KEY, program,
							 "E6: what it gave is no signature of this key over these bytes");
}

int tong__external_sign(const json_t *command, const json_t *key, const void *msg, size_t n,
						struct tong__buf *hex, tong_error *err)
{
	const char *program = json_string_value(json_array_get(command, 0));
	const char *const more[] = { "sign", tong__json_str(key, "scheme"), NULL };
	char text[2 * MAX_SIGNATURE + 1];
	struct tong__buf sig;
	int code;

	tong__buf_init(&sig, MAX_ANSWER);
	code = ask(command, more, msg, n, &sig, err);
	if (!code)
		code = check(key, msg, n, &sig, program, err);
	if (!code) {
		tong__hex(sig.data, sig.len, text);
		code = tong__buf_adds(hex, text) ? tong__fail_nomem(err) : 0;
	}
	tong__buf_free(&sig);
	return code;
}
