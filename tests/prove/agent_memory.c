/* Every allocation of an operation of a node fails in turn: it is done all the same, or says
 * TONG_E_NOMEM; nothing leaks or crashes, and then the same operation works.
 *
 *     agent_memory OPERATION STORE SOURCE FOLDER FROM STEP [FOREVER]
 *
 * STORE is copied into FOLDER for each point, when the operation changes it. Allocations FROM,
 * FROM + STEP, … fail, each in a process of its own; FOREVER: and all after it. Each fault is a
 * line `bad N: what`; the last line is `POINTS ALLOCATIONS`. With TONG_WHERE set the callers of the
 * allocation FROM, the only one that then fails, go to stderr, and those of a crash. */
#include "tests/lib/failing_malloc.h"

#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/serve.h"
#include "core/err.h"
#include "core/message.h"
#include "tests/unit/agent_http.h"
#include "tong/agent.h"

#define ITEM "510104001000"
#define REGION "511602"
#define GUIDE "/regions/" REGION "/items/" ITEM "/"
#define PATIENCE 20 /* s that a server may take for an answer */

static struct {
	const char *store, *source, *folder, *name;
	char work[1024];
	char *right; /* the answer that there must be; NULL: not known yet */
	size_t right_len;
} o;

/* An operation on an open store; *answer is what it says, freed with tong_agent_free. */
typedef int operation(tong_agent *, char **answer, size_t *n, tong_error *);

static int text(int rc, char **answer, size_t *n)
{
	*n = rc ? 0 : strlen(*answer);
	return rc;
}

static int do_open(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	(void)a, (void)answer, (void)n, (void)err;
	return 0;
}

static int do_status(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	return text(tong_agent_status(a, answer, err), answer, n);
}

static int do_show(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	return text(tong_agent_show(a, ITEM, REGION, answer, err), answer, n);
}

static int do_search(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	return text(tong_agent_search(a, "样例", REGION, 10, answer, err), answer, n);
}

static int do_history(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	return text(tong_agent_history(a, ITEM, answer, err), answer, n);
}

static int do_compare(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	return text(tong_agent_compare(a, REGION, REGION, answer, err), answer, n);
}

static int do_whatsnew(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	return text(tong_agent_whatsnew(a, "2020-01-01", answer, err), answer, n);
}

static int page(tong_agent *a, const char *url, char **answer, size_t *n, tong_error *err)
{
	const char *type;

	return tong_agent_page(a, url, answer, n, &type, err);
}

static int do_page(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	return page(a, GUIDE, answer, n, err);
}

static int do_region(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	return page(a, "/regions/" REGION "/", answer, n, err);
}

static int do_home(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	return page(a, "/", answer, n, err);
}

static int do_verify(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	(void)answer, (void)n;
	return tong_agent_verify(a, 0, NULL, err);
}

static int do_sync(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	(void)answer, (void)n;
	return tong_agent_sync(a, o.source, NULL, err);
}

static int do_rollback(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	(void)answer, (void)n;
	return tong_agent_rollback(a, err);
}

static int do_export(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	char stick[1100];

	(void)answer, (void)n;
	snprintf(stick, sizeof stick, "%s/stick.bundle", o.folder);
	return tong_agent_export(a, stick, NULL, NULL, err);
}

static int do_feedback(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	tong_feedback f = TONG_FEEDBACK_INIT;

	(void)answer, (void)n;
	f.kind = "wrong";
	f.item = ITEM;
	f.region = REGION;
	f.text = "样例：地址写错了。";
	return tong_agent_feedback(a, &f, err);
}

/* The guide as a browser gets it. No memory: the server says that it cannot (503), or ends the
 * connection before all that it announced has come. */
static int get(unsigned port, char **answer, size_t *n, tong_error *err)
{
	const char *got = h_ask(port, "GET " GUIDE, ""), *body = strstr(got, "\r\n\r\n"),
			   *length = strstr(got, "Content-Length: ");
	size_t wanted = length && length < body ? strtoul(length + 16, NULL, 10) : 0;

	if (!body || strlen(body + 4) != wanted || !strncmp(got, "HTTP/1.1 503", 12))
		return tong__fail_nomem(err);
	if (strncmp(got, "HTTP/1.1 200", 12))
		return tong__fail(err, TONG_E_HTTP, GUIDE, "%.60s", got);
	*answer = strdup(body + 4);
	*n = strlen(body + 4);
	return *answer ? 0 : tong__fail_nomem(err);
}

/* A server that lacked memory answers once it is there again. */
static int do_serve(tong_agent *a, char **answer, size_t *n, tong_error *err)
{
	const struct tong__serve_options options = { .listen = "127.0.0.1:0" };
	struct tong__serve *server;
	tong_error later;
	char address[64];
	unsigned port;
	int rc = tong__serve_start(&server, a, &options, address, sizeof address, err);

	if (rc)
		return rc;
	alarm(PATIENCE);
	port = (unsigned)atoi(strrchr(address, ':') + 1);
	rc = get(port, answer, n, err);
	if (rc == TONG_E_NOMEM) {
		fail_at = 0;
		if (get(port, answer, n, &later))
			rc = tong__fail(err, TONG_E_HTTP, GUIDE, "nor with memory: %s", later.message);
	}
	tong__serve_stop(server);
	return rc;
}

/* Those that answer with a text answer with the same one each time. */
static const struct {
	const char *name;
	operation *fn;
	bool changes; /* the store */
} operations[] = {
	{ "open", do_open, false },         { "status", do_status, false },
	{ "show", do_show, false },         { "search", do_search, false },
	{ "history", do_history, false },   { "compare", do_compare, false },
	{ "whatsnew", do_whatsnew, false }, { "page", do_page, false },
	{ "region", do_region, false },     { "home", do_home, false },
	{ "serve", do_serve, false },
	{ "verify", do_verify, false },     { "sync", do_sync, true },
	{ "rollback", do_rollback, true },  { "export", do_export, false },
	{ "feedback", do_feedback, true },
};

/* From open to close. */
static int whole(operation *fn, char **answer, size_t *n, tong_error *err)
{
	tong_agent *a = NULL;
	int rc = tong_agent_open(&a, o.work, NULL, err);

	*answer = NULL;
	*n = 0;
	if (!rc)
		rc = fn(a, answer, n, err);
	tong_agent_close(a);
	return rc;
}

/* Each time of the day and each byte of disk counts as another: what status tells is compared
 * without its numbers. */
static void mask(char *answer, size_t *n)
{
	size_t out = 0;

	for (size_t i = 0; answer && !strcmp(o.name, "status") && i < *n; i++)
		if (answer[i] < '0' || answer[i] > '9')
			answer[out++] = answer[i];
	*n = out ? out : *n;
}

static bool is_right(char *answer, size_t n)
{
	mask(answer, &n);
	return !o.right || (n == o.right_len && answer && !memcmp(answer, o.right, n));
}

static void program(const char *name, const char *a, const char *b, const char *c)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execlp(name, name, a, b, c, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		_exit(3);
}

static void lay_out(void)
{
	program("rm", "-rf", o.work, NULL);
	program("cp", "-a", o.store, o.work);
}

static int bad(long n, const char *what, int rc, const tong_error *err)
{
	printf("bad %ld: %s: %s, %s: %s\n", n, what, tong_code_name(rc), err->subject, err->message);
	fflush(stdout);
	return 1;
}

/* In the child: exit code 0 all is well, 1 not, 2: there was no such allocation. */
static int point(operation *fn, long n)
{
	tong_error err = TONG_ERROR_INIT;
	long before = live, made;
	char *answer;
	size_t len;
	int rc;

	calls = 0;
	fail_at = n;
	rc = whole(fn, &answer, &len, &err);
	made = calls;
	fail_at = 0;
	if (made < n)
		return 2;
	if (rc && (rc != TONG_E_NOMEM || err.code != rc || !*err.message))
		return bad(n, "it says", rc, &err);
	if (!rc && !is_right(answer, len))
		return bad(n, "another answer", rc, &err);
	tong_agent_free(answer);
	if (live != before) {
		printf("%ld left ", live - before);
		return bad(n, "a leak", rc, &err);
	}
	rc = whole(fn, &answer, &len, &err);
	if (rc && !(fn == do_rollback && rc == TONG_E_NOTFOUND)) /* it was done before */
		return bad(n, "then", rc, &err);
	if (!rc && !is_right(answer, len))
		return bad(n, "then another answer", rc, &err);
	tong_agent_free(answer);
	rc = whole(do_verify, &answer, &len, &err);
	return rc ? bad(n, "the store", rc, &err) : 0;
}

static int in_child(operation *fn, bool changes, long n)
{
	pid_t pid;
	int status;

	if (changes)
		lay_out();
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(point(fn, n));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		exit(3);
	if (WIFSIGNALED(status))
		printf("bad %ld: ended by signal %d\n", n, WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Once without a failure: what libraries keep for the life of the process, and the right answer;
 * gives the number of allocations. */
static long warm_up(operation *fn)
{
	tong_error err = TONG_ERROR_INIT;
	long made;
	int rc;

	tong__text("what gettext keeps comes before anything is counted");
	lay_out();
	rc = whole(fn, &o.right, &o.right_len, &err);
	if (!rc) {
		lay_out();
		free(o.right);
		calls = 0;
		fail_at = 1L << 60;
		rc = whole(fn, &o.right, &o.right_len, &err);
	}
	made = calls;
	fail_at = 0;
	if (rc)
		exit(bad(0, "without a failure", rc, &err));
	mask(o.right, &o.right_len);
	if (!o.right_len)
		o.right = NULL;
	return made;
}

static void campaign(operation *fn, bool changes, long from, long step)
{
	long made = warm_up(fn), n, points = 0;

	for (n = from; n <= made; n += step, points++)
		if (in_child(fn, changes, n) == 2)
			break;
	printf("%ld %ld\n", points, made);
}

static void where(void)
{
	void *frames[24];

	failing_where = NULL;
	backtrace_symbols_fd(frames, backtrace(frames, 24), 2);
}

static void crashed(int sig)
{
	void *frames[24];

	backtrace_symbols_fd(frames, backtrace(frames, 24), 2);
	signal(sig, SIG_DFL);
	raise(sig);
}

int main(int argc, char **argv)
{
	if (argc < 7 || !failing_begin())
		return 2;
	if (getenv("TONG_WHERE")) {
		backtrace((void *[1]){ NULL }, 1); /* what it allocates comes now */
		failing_where = where;
		signal(SIGSEGV, crashed);
		signal(SIGABRT, crashed);
	}
	for_ever = argc > 7;
	o.name = argv[1];
	o.store = argv[2];
	o.source = argv[3];
	o.folder = argv[4];
	snprintf(o.work, sizeof o.work, "%s/node", o.folder);
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
		if (!strcmp(operations[i].name, o.name)) {
			campaign(operations[i].fn, operations[i].changes, atol(argv[5]), atol(argv[6]));
			return 0;
		}
	return 2;
}
