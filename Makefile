# The house of Tong, first road: GNU make, gcc and pkg-config. `make help` lists the targets.
# The second, equal road is build.zig; tests/rules/roads.py holds both to the same lists.

VERSION = 0.1.0
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
O ?= build
JOBS := $(shell nproc 2>/dev/null || echo 2)
MAKEFLAGS += --no-print-directory
ifeq ($(MAKELEVEL),0) # sub-makes share these jobs
MAKEFLAGS += -j$(JOBS)
endif
ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS ?= -O2 -g

# Messages: English in the code, Chinese in po/; core/language.h says how a program finds them.
MO = po/zh_CN/LC_MESSAGES/tong.mo

# What each room may link, by pkg-config name. tests/rules/doors.txt says which file opens which.
CORE_LIBS = libcrypto libzstd jansson libqrencode
PUBLISHER_LIBS = $(CORE_LIBS) libgit2 libcmark libarchive yaml-0.1 expat xlsxwriter libmicrohttpd
AGENT_LIBS = $(CORE_LIBS) sqlite3 libcurl
AGENT_PROG_LIBS = $(AGENT_LIBS) libmicrohttpd zlib libbrotlienc inih gnutls
AGENT_GIT_LIBS = libgit2
# The names that the shared library exports.
AGENT_MAP = agent/libtong-agent.map

# The rooms.
CORE_SRC := $(sort $(wildcard core/*.c))
AGENT_PROG_SRC := $(sort $(wildcard agent/main.c agent/cmd_*.c agent/serve*.c))
AGENT_SRC := $(sort $(filter-out $(AGENT_PROG_SRC),$(wildcard agent/*.c)))
PUBLISHER_SRC := $(sort $(wildcard publisher/*.c))
AGENT_GIT_SRC := $(sort $(wildcard agent/git/*.c))
ROOMS_SRC := $(CORE_SRC) $(AGENT_SRC) $(AGENT_PROG_SRC) $(AGENT_GIT_SRC) $(PUBLISHER_SRC)
TEST_SRC := $(sort $(wildcard $(foreach d,unit fault fuzz bench prove,tests/$d/*.c)))
HEADERS := $(sort $(wildcard core/*.h agent/*.h publisher/*.h */include/tong/*.h))

WARN = -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wstrict-prototypes -Wpointer-arith \
	-Wmissing-prototypes -Wwrite-strings
DEFS = -D_GNU_SOURCE -DTONG_VERSION=\"$(VERSION)\" -DTONG_SITE_DIR=\"$(PREFIX)/share/tong/site\" \
	-DTONG_LOCALE_DIR=\"$(PREFIX)/share/locale\" -DTONG_LIBEXEC_DIR=\"$(PREFIX)/libexec/tong\"
HARD = $(if $(SAN)$(COVER),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) -fstack-protector-strong
EXTRA = $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
	$(if $(COVER),--coverage -O0)
comma := ,
# A build that counts what runs: programs that end without exit, or in the sandbox, are counted too.
COVER_END = $(if $(COVER),$(O)/tests/lib/cover_end.o)
COVER_BOX = $(if $(COVER),$(O)/tests/lib/cover_sandbox.o)
COVER_LD = $(if $(COVER),-Wl$(comma)--wrap=_exit -Wl$(comma)--wrap=tong__sandbox_enter)
# One object serves library and program: PIC, and hidden unless the public header says TONG_API.
C_ALL = $(CC) -std=c11 -I. -Icore/include -Iagent/include $(DEFS) $(CPPFLAGS) $(CFLAGS) $(HARD) \
	-fPIC -pthread -fvisibility=hidden -ffile-prefix-map=$(CURDIR)=. $(WARN) $(EXTRA)
LD_ALL = $(CC) $(CFLAGS) -pthread -Wl,--as-needed -Wl,-z,relro,-z,now $(EXTRA) $(LDFLAGS)
# pkg-config is asked late: on a fresh machine `make demo` starts before it is installed.
pc = $(shell pkg-config --$1 $(sort $2))
say = $(if $(V),,@echo '  $1 $@' &&)
obj = $(patsubst %.c,$(O)/%.o,$1)
parts = $(filter-out %/main.o,$(foreach o,$1,$(if $(filter cmd_%,$(notdir $o)),,$o)))

# GIT=no: what a node runs, without libgit2 and without the publisher, which reads its catalogue by it.
NEEDS_GIT = tong-publish tong-agent-git
WHOLE = $(if $(filter no,$(GIT)),,$(NEEDS_GIT)) tong-agent libtong-agent.so.0 libtong-core.a libtong-agent.a $(MO)
all: $(addprefix $(O)/,$(WHOLE)) ## build the programs and the library (the default; installs nothing); GIT=no: a node's only
$(O)/libtong-core.a: $(call obj,$(CORE_SRC))
$(O)/libtong-agent.a: $(call obj,$(AGENT_SRC))
$(O)/libtong-serve.a: $(call parts,$(call obj,$(AGENT_PROG_SRC)))
$(O)/libtong-publisher.a: $(call parts,$(call obj,$(PUBLISHER_SRC)))
$(O)/%.a: $(O)/rooms
	@rm -f $@
	$(call say,AR) $(AR) rcsD $@ $(filter %.o,$^)
$(O)/libtong-agent.so.0: $(call obj,$(AGENT_SRC) $(CORE_SRC)) $(O)/rooms $(AGENT_MAP)
	$(call say,LD) $(LD_ALL) -shared $(if $(SAN),,-Wl,-z,defs) -Wl,-soname,$(@F) \
		-Wl,--version-script=$(AGENT_MAP) -o $@ \
		$(filter %.o,$^) $(call pc,libs,$(AGENT_LIBS))
$(O)/tong-agent: $(call obj,$(AGENT_PROG_SRC)) $(COVER_END) $(COVER_BOX) $(O)/libtong-agent.a $(O)/libtong-core.a
	$(call say,LD) $(LD_ALL) $(COVER_LD) -pie -o $@ $^ $(call pc,libs,$(AGENT_PROG_LIBS))
$(O)/tong-agent-git: $(call obj,$(AGENT_GIT_SRC))
	$(call say,LD) $(LD_ALL) -pie -o $@ $^ $(call pc,libs,$(AGENT_GIT_LIBS))
$(O)/tong-publish: $(call obj,$(PUBLISHER_SRC)) $(COVER_END) $(O)/libtong-core.a
	$(call say,LD) $(LD_ALL) $(COVER_LD) -pie -o $@ $^ $(call pc,libs,$(PUBLISHER_LIBS))

$(O)/$(MO): po/zh_CN.po
	@mkdir -p $(@D)
	$(call say,MO) msgfmt -o $@ $<

$(O)/core/%.o: LIBS = $(CORE_LIBS)
$(O)/agent/%.o: LIBS = $(AGENT_PROG_LIBS)
$(O)/agent/git/%.o: LIBS = $(AGENT_GIT_LIBS)
$(O)/publisher/%.o: LIBS = $(PUBLISHER_LIBS)
$(O)/tests/%.o: LIBS = $(AGENT_PROG_LIBS) $(PUBLISHER_LIBS)
$(O)/agent/serve_openapi.o: agent/openapi.json
$(O)/tests/lib/cover_sandbox.o: CPPFLAGS += -DTONG_COVER_DIR=\"$(abspath $(O))\"
$(O)/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(call say,CC) $(C_ALL) $(if $(WERROR),-Werror) $(call pc,cflags,$(LIBS)) -MD -MP -c -o $@ $<
# Two files that change only when their text does: other flags rebuild all, a file gone its library.
$(O)/flags: TEXT = $(C_ALL) $(LD_ALL)
$(O)/rooms: TEXT = $(ROOMS_SRC)
$(O)/flags $(O)/rooms: FORCE
	@command -v $(firstword $(CC)) pkg-config >/dev/null || \
		{ echo 'no C compiler or no pkg-config: `make deps` installs what is missing'; exit 1; }
	$(shell mkdir -p $(@D))$(file >$@.new,$(TEXT))
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
-include $(patsubst %.o,%.d,$(call obj,$(ROOMS_SRC) $(TEST_SRC)))

# Test programs: what they are linked with is the first word of their name; house_* gets all.
TESTS := $(patsubst %.c,$(O)/%,$(TEST_SRC))
agent_parts = $(COVER_BOX) $(O)/libtong-serve.a $(O)/libtong-agent.a
publisher_parts = $(O)/libtong-publisher.a
house_parts = $(publisher_parts) $(agent_parts)
room = $(firstword $(subst _, ,$(notdir $1)))
tests: $(TESTS) $(O)/$(MO) # build the test programs
	@:
.SECONDARY: $(call obj,$(TEST_SRC))
.SECONDEXPANSION:
$(TESTS): %: %.o $$($$(call room,$$*)_parts) $(O)/libtong-core.a $$(if $$(findstring /fuzz/,$$@),$$(FUZZ_MAIN)) $$(COVER_END)
	$(call say,LD) $(LD_ALL) $(FUZZ_LD) $(COVER_LD) -pie -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(call pc,libs,$(AGENT_PROG_LIBS) $(PUBLISHER_LIBS))
FUZZ_MAIN = $(O)/tests/lib/fuzz_driver.o
$(O)/libtong-commands.a: $(call obj,$(filter agent/cmd_%,$(AGENT_PROG_SRC))) # for its one harness
$(O)/tests/fuzz/agent_config: $(O)/libtong-commands.a

# The client of the public TUF conformance suite (tests/README-conformance.md).
tuf-client: $(O)/tuf-client ## the program that the public TUF conformance suite drives
$(O)/tuf-client: $(O)/tests/tools/tuf_client.o $(O)/libtong-core.a
	$(call say,LD) $(LD_ALL) -pie -o $@ $^ $(call pc,libs,$(CORE_LIBS) libcurl)

# A bad link between two network namespaces, for the bench of transport.
bad-link: $(O)/bad-link
$(O)/bad-link: $(O)/tests/tools/bad_link.o
	$(call say,LD) $(LD_ALL) -pie -o $@ $^

deps: ## install what is missing (Debian, Ubuntu), for building and testing
	@tests/lib/deps.sh build test
demo: ## publish, carry, sync and serve a small world; ONCE=1 does not stay
	@tests/lib/deps.sh build demo
	@$(MAKE) all
	@O=$(O) ONCE=$(ONCE) tests/demo.sh
test: deps ## build and run every test; ends with one line: N passed, N failed
	@$(MAKE) all tests
	@O=$(O) tests/run.sh $(T)
test-unit: deps ## only the unit tests
	@$(MAKE) tests
	@O=$(O) tests/run.sh unit
test-story: deps ## only the stories: publish, carry, sync, cut the power
	@$(MAKE) all
	@O=$(O) tests/run.sh story
test-site: deps ## the site in a real browser (Chromium, npm): every kind of page, on screen and on paper
	@tests/lib/deps.sh site
	@O=$(O) tests/lib/site-setup.sh
	@$(MAKE) all
	@O=$(O) TONG_TIMEOUT=1800 tests/run.sh $(or $(T),site)
rules: all ## hold the house to its rules: arrows, doors, symbols, headers, lengths
	@O=$(O) tests/run.sh rules
po: ## bring po/zh_CN.po up to the messages of the code, and tell which are not translated
	@tests/lib/deps.sh build
	@tests/lib/po.py update
headers: $(patsubst %,$(O)/headers/%.ok,$(HEADERS)) # every header compiles alone
$(O)/headers/%.ok: % $(O)/flags
	@mkdir -p $(@D)
	@echo '#include "$<"' | $(C_ALL) -Werror -Wno-unused -MD -MP -MF $(@:.ok=.d) -MT $@ -fsyntax-only -x c -
	@touch $@
-include $(patsubst %,$(O)/headers/%.d,$(HEADERS))
prove: deps ## fault campaigns, a line each; N=20 points of each command, FULL=1 all; T=kill, T=power-disk FS=xfs (docs/proof.md)
	@$(MAKE) all $(filter $(O)/tests/prove/%,$(TESTS))
	@O=$(O) N=$(N) FULL=$(FULL) tests/prove/run.sh $(T)
bench: deps ## measure (tests/bench); a quarter of an hour for the bad link; T=bench/road for one
	@$(MAKE) all tests bad-link
	@O=$(O) TONG_TIMEOUT=3600 tests/run.sh $(or $(T),bench)
asan: deps ## unit tests and fuzz seeds under AddressSanitizer and UBSan
	@$(MAKE) O=$(O)-asan SAN=address,undefined tests
	@O=$(O)-asan tests/run.sh unit fuzz
tsan: deps ## unit tests under ThreadSanitizer; T='agent_threads agent_serve' for some
	@$(MAKE) O=$(O)-tsan SAN=thread $(or $(foreach t,$(T),$(patsubst %.c,$(O)-tsan/%,$(wildcard tests/unit/$t*.c))),tests)
	@O=$(O)-tsan tests/run.sh $(or $(T),unit)
valgrind: deps ## a small world, then the unit tests under valgrind; T='core_json agent_sync' for some of them
	@tests/lib/deps.sh valgrind
	@$(MAKE) all tests
	@O=$(O) tests/lib/valgrind.sh
	@O=$(O) TONG_TIMEOUT=3600 TONG_WRAP='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --suppressions=tests/lib/valgrind.supp' \
		tests/run.sh $(or $(T),$(filter-out agent_sandbox,$(patsubst tests/unit/%.c,%,$(filter tests/unit/%,$(TEST_SRC))))) # valgrind 3.19 knows no Landlock
lint: deps ## clang-tidy, cppcheck, shellcheck and mandoc over the whole house; T=cppcheck for one
	@tests/lib/deps.sh lint
	@tests/lint/run.sh $(T)
scan-build: deps ## clang's analyzer along every path of every file (twenty minutes of a processor)
	@tests/lib/deps.sh lint
	@tests/lint/run.sh scan
mutants: deps $(O)/tong-agent-git ## remove one check at a time from the rules of trust, count what the tests notice
	@tests/tools/mutants.py $(M)
cover: deps ## lines and branches by file and room, from all tests but the rules; fails under a room's bar
	@$(MAKE) O=$(O)-cover COVER=1 all tests
	@find $(O)-cover -name '*.gcda' -delete
	@O=$(O)-cover TONG_TIMEOUT=3600 tests/run.sh unit golden story fault fuzz; tests/lib/cover.py $(O)-cover
fuzz: deps ## let clang's fuzzer try every harness for SECONDS (30); T='core_json agent_form' for some
	@tests/lib/deps.sh fuzz
	@$(MAKE) O=$(O)-fuzz CC=clang SAN=fuzzer-no-link,address,undefined FUZZ_LD=-fsanitize=fuzzer FUZZ_MAIN= \
		$(patsubst %.c,$(O)-fuzz/%,$(filter tests/fuzz/%,$(TEST_SRC)))
	@O=$(O)-fuzz tests/lib/fuzz.sh $(or $(SECONDS),30) $(T)
fuzz-cover: deps ## how many lines of each reader of bytes from outside its seeds reach; fails under 90 %
	@$(MAKE) O=$(O)-fuzz-cover COVER=1 $(patsubst %.c,$(O)-fuzz-cover/%,$(filter tests/fuzz/%,$(TEST_SRC)))
	@tests/lib/fuzz_cover.py $(O)-fuzz-cover $(T)
zig: ## the second road: zig build test (ZIG_VERSION=0.11.0, or all)
	@tests/lib/deps.sh build zig
	@O=$(O) tests/lib/zig.sh $(ZIG_VERSION)
install: all ## into DESTDIR and PREFIX: programs, library, header, manuals, messages, site
	@O=$(O) DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) LIBDIR=$(LIBDIR) VERSION=$(VERSION) GIT=$(GIT) LIBS='$(AGENT_LIBS)' \
		tests/lib/install.sh
deb: ## Debian's packages, into build/deb, held to lintian (packaging/)
	@tests/lib/deps.sh build deb
	@O=$(O) packaging/deb.sh
deb-test: all deb ## install these packages in a fresh Debian 12 and use them
	@tests/lib/deps.sh deb
	@O=$(O) packaging/deb-test.sh
rpm: ## RPM's packages, into build/rpm
	@tests/lib/deps.sh build rpm
	@O=$(O) packaging/rpm.sh
rpm-test: all rpm ## install these packages in a root of their own and use them
	@tests/lib/deps.sh build
	@O=$(O) packaging/rpm-test.sh
aarch64: ## build for 64-bit ARM with Debian's libraries, and run the unit tests under qemu
	@tests/lib/deps.sh build test aarch64
	@O=$(O) packaging/aarch64.sh
figures: ## keep what make bench left in build/bench, write docs/figures.md and draw its plots
	@tests/lib/deps.sh figures
	@O=$(O) python3 tests/bench/figures.py keep
sbom: all ## what the programs consist of, as build/tong.cdx.json (CycloneDX)
	@packaging/sbom.py $(O) $(VERSION) >$(O)/tong.cdx.json && echo $(O)/tong.cdx.json
reproducible: ## build twice, in different folders, and compare the bytes
	@tests/lib/deps.sh build
	@O=$(O) packaging/reproducible.sh
clean: ## remove all build folders
	rm -rf $(O) $(O)-*
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: all tests tuf-client bad-link deps demo test test-unit test-story test-site rules headers prove bench asan tsan valgrind lint scan-build mutants cover fuzz fuzz-cover \
	zig install deb deb-test rpm rpm-test aarch64 sbom reproducible figures po clean help FORCE
