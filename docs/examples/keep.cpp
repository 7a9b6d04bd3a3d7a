// Keeps a store: makes it when there is none, brings it up to date, and tells what happened on the way.
//
//   c++ -std=c++17 keep.cpp -o keep $(pkg-config --cflags --libs tong-agent)
//   ./keep STORE ROOT SOURCE REGION
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

#include <tong/agent.h>

namespace {

struct error : std::runtime_error {
	int code;
	explicit error(const tong_error &e)
		: std::runtime_error(std::string(e.subject) + ": " + e.message), code(e.code)
	{
	}
};

void check(int rc, const tong_error &err)
{
	if (rc)
		throw error(err);
}

struct close {
	void operator()(tong_agent *a) const { tong_agent_close(a); }
};
using agent = std::unique_ptr<tong_agent, close>;

// What the library says while it works; `user` is the stream. No exception leaves a callback.
void log(void *user, int64_t level, const char *text)
{
	static const char *const names[] = {"error", "warning", "info", "debug"};

	if (level <= 2)
		*static_cast<std::ostream *>(user) << names[level] << ": " << text << '\n';
}

agent open(const std::string &dir)
{
	tong_options options = TONG_OPTIONS_INIT;
	tong_error err = TONG_ERROR_INIT;
	tong_agent *a = nullptr;

	options.user = &std::cerr;
	options.log = log;
	check(tong_agent_open(&a, dir.c_str(), &options, &err), err);
	return agent(a);
}

void make(const std::string &dir, const char *root_file, const char *source, const char *region)
{
	const char *const sources[] = {source, nullptr}, *const regions[] = {region, nullptr};
	std::ifstream in(root_file, std::ios::binary);
	const std::string root{std::istreambuf_iterator<char>(in), {}};
	tong_error err = TONG_ERROR_INIT;

	check(tong_agent_init(dir.c_str(), root.data(), root.size(), sources, regions, &err), err);
}

void keep(char **argv)
{
	tong_sync_result result = TONG_SYNC_RESULT_INIT;
	tong_error err = TONG_ERROR_INIT;

	if (!std::filesystem::exists(argv[1]))
		make(argv[1], argv[2], argv[3], argv[4]);
	const agent a = open(argv[1]);
	check(tong_agent_sync(a.get(), nullptr, &result, &err), err);
	std::cout << (result.changed ? "now at release " : "still at release ") << result.release << " ("
			  << result.way << ", " << result.records << " records)\n";
}

} // namespace

int main(int argc, char **argv)
{
	if (argc != 5) {
		std::cerr << "keep STORE ROOT SOURCE REGION\n";
		return 2;
	}
	try {
		keep(argv);
	} catch (const error &e) {
		std::cerr << tong_code_name(e.code) << ": " << e.what() << '\n';
		return e.code / 10;
	}
}
