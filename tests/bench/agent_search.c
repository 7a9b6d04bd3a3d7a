/* Figures of the search on one store: agent_search STORE build|ask [REGION] < QUERIES, prints JSON.
 *
 * build: the CPU time and memory of making every file of the site's search. ask: the CPU time of
 * each query, one a line, answered three times of which the quickest counts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <tong/agent.h>

enum { MAX_QUERIES = 20000 };

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long peak_kib(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return use.ru_maxrss;
}

static int page(tong_agent *a, const char *url, size_t *bytes)
{
	const char *type;
	tong_error err;
	char *data;
	size_t n;
	int rc = tong_agent_page(a, url, &data, &n, &type, &err);

	if (rc)
		return rc;
	*bytes += n;
	tong_agent_free(data);
	return 0;
}

static int build(tong_agent *a)
{
	size_t bytes = 0, home = 0, n = 0;
	long before;
	double start;
	char url[64];

	if (page(a, "/robots.txt", &home)) /* the templates are read before */
		return 1;
	before = peak_kib();
	start = seconds(CLOCK_PROCESS_CPUTIME_ID);
	if (page(a, "/data/search.json", &bytes))
		return 1;
	do
		snprintf(url, sizeof url, "/data/text/%05zu.json", n);
	while (page(a, url, &bytes) == 0 && ++n);
	printf("{\"cpu_s\":%.3f,\"kib\":%ld,\"files\":%zu,\"bytes\":%zu}\n",
	       seconds(CLOCK_PROCESS_CPUTIME_ID) - start, peak_kib() - before, n + 1, bytes);
	return n == 0;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double once(tong_agent *a, const char *query, const char *region)
{
	double start = seconds(CLOCK_THREAD_CPUTIME_ID);
	tong_error err;
	char *json;

	if (tong_agent_search(a, query, region, 0, &json, &err) == 0)
		tong_agent_free(json);
	else if (strcmp(tong_code_name(err.code), "TONG_E_USAGE") != 0) {   /* no word in it */
		fprintf(stderr, "%s: %s\n", query, err.message);
		exit(1);
	}
	return (seconds(CLOCK_THREAD_CPUTIME_ID) - start) * 1000;
}

static int ask(tong_agent *a, const char *region)
{
	static double times[MAX_QUERIES];
	double open = once(a, "a", region), slowest = 0;
	char line[1024], slow[1024] = "";
	size_t n = 0;

	while (n < MAX_QUERIES && fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		times[n] = once(a, line, region);
		for (int i = 0; i < 2; i++) {
			double more = once(a, line, region);

			times[n] = more < times[n] ? more : times[n];
		}
		if (times[n] > slowest) {
			slowest = times[n];
			strcpy(slow, line);
		}
		n++;
	}
	if (n == 0)
		return 1;
	qsort(times, n, sizeof *times, by_size);
	printf("{\"queries\":%zu,\"first_ms\":%.1f,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f,"
	       "\"slowest\":\"%s\"}\n",
	       n, open, times[n / 2], times[n * 99 / 100], times[n - 1], slow);
	return 0;
}

int main(int argc, char **argv)
{
	tong_agent *a;
	tong_error err;
	int rc;

	if (argc < 3 || tong_agent_open(&a, argv[1], NULL, &err))
		return 2;
	rc = strcmp(argv[2], "build") == 0 ? build(a) : ask(a, argc > 3 ? argv[3] : NULL);
	tong_agent_close(a);
	return rc;
}
