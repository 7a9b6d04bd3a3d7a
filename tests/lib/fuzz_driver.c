/* Runs a fuzz harness on files and folders of files, so that its seeds are in every `make test`. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int run_file(const char *path)
{
	uint8_t *data = NULL;
	size_t len = 0, n;
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		return -1;
	}
	do {
		uint8_t *more = realloc(data, len + 65536);

		if (!more)
			abort();
		data = more;
		n = fread(data + len, 1, 65536, f);
		len += n;
	} while (n);
	fclose(f);
	data = realloc(data, len ? len : 1);	/* exact: a sanitizer sees a read past the end */
	if (!data)
		abort();
	LLVMFuzzerTestOneInput(data, len);
	free(data);
	return 1;
}

static int run(const char *path)
{
	char sub[4096];
	struct dirent *e;
	int n = 0, one;
	DIR *d = opendir(path);

	if (!d)
		return run_file(path);
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(sub, sizeof sub, "%s/%s", path, e->d_name);
		one = run(sub);
		n = one < 0 || n < 0 ? -1 : n + one;
	}
	closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	int bad = 0, n = 0, i, one;

	for (i = 1; i < argc; i++) {
		one = run(argv[i]);
		if (one < 0)
			bad = 1;
		else
			n += one;
	}
	printf("%d inputs\n", n);
	return bad || n == 0;
}
