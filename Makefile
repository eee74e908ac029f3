# Convoke. `make help` lists the targets.

CC     ?= cc
CXX    := $(if $(findstring clang,$(CC)),clang++,g++)
SAN    ?=
comma  := ,
VARIANT := $(if $(FUZZ),fuzz,$(notdir $(CC))$(if $(SAN),-$(subst $(comma),-,$(SAN))))
B      := build/$(VARIANT)

LIBS     := libcurl libxml-2.0 jansson libpcre2-8 sqlite3 libseccomp icu-i18n libcrypto libcyaml
TESTLIBS := libmicrohttpd gnutls cmocka zlib
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wwrite-strings -Wformat=2 -Wvla -Werror
CFLAGS   := -std=c11 -D_GNU_SOURCE -O2 -g $(WARN) -Wstrict-prototypes -Wmissing-prototypes
CXXFLAGS := -std=c++17 -O2 -g -Wall -Wextra -Werror $(if $(findstring undefined,$(SAN)),-fno-sanitize=vptr)
FUZZ     ?=
HARDEN   := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer $(if $(FUZZ),-fsanitize=fuzzer-no-link),-D_FORTIFY_SOURCE=2 -fstack-protector-strong) -fPIE
# asked for once, and only after the packages are there
once      = $(or $($1_said),$(eval $1_said := $(shell $2))$($1_said))
CPPFLAGS  = -Isrc -Itests $(HARDEN) $(call once,cflags,pkg-config --cflags $(LIBS) $(TESTLIBS) | sed 's/-I/-isystem /g')
LDFLAGS  := -pie -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN))
LDLIBS    = $(call once,libs,pkg-config --libs $(LIBS)) -lphonenumber -lstdc++ -lpthread -lm

MAINS    := src/convoke.c src/convoked.c
SRC      := $(filter-out $(MAINS),$(wildcard src/*.c src/*/*.c))
OBJ      := $(SRC:%.c=$B/%.o) $(patsubst %.cc,$B/%.o,$(wildcard src/*.cc))
HELP     := $(patsubst tests/%.c,$B/tests/%.o,$(filter-out tests/sim/main_% tests/generate/main_%,$(wildcard tests/help/*.c tests/sim/*.c tests/generate/*.c)))
TESTS    := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/test_*.c))
SIMS     := $(patsubst tests/sim/main_%.c,$B/sim-%,$(wildcard tests/sim/main_*.c))
BENCHES  := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/bench/bench_*.c))
FUZZERS  := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
PROGRAMS := $(patsubst src/%.c,$B/%,$(wildcard $(MAINS))) $(SIMS)

.PHONY: help all setup check demo install fuzz soak bench schemas clean format
.SECONDARY:

PARALLEL := $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 16

all: setup ## build everything
	@$(MAKE) -s $(PARALLEL) programs CC=$(CC) SAN=$(SAN)

check: setup ## install what is missing, build, run every test (SAN=address,undefined or thread)
	@$(MAKE) -s $(PARALLEL) run-tests CC=$(CC) SAN=$(SAN)

demo: setup ## simulated calendar servers, a daemon and six rooms: see what Convoke does
	@$(MAKE) -s $(PARALLEL) programs CC=$(CC)
	@packaging/demo $B

setup:
	@packaging/setup

.PHONY: programs run-tests
programs: $(PROGRAMS) $(TESTS)

run-tests: programs
	@tests/run $(TESTS)

bless: setup ## write what the invites of fixtures/ say now into their expectations; the commit says why
	@$(MAKE) -s $B/tests/test_fixtures CC=$(CC)
	@$B/tests/test_fixtures --bless

fuzz: setup ## run every fuzz target for T seconds each (default 60), one with ONLY=fuzz_html
	@$(MAKE) -s run-fuzz CC=clang SAN=address,undefined FUZZ=1 T=$(or $(T),60) ONLY=$(ONLY)

.PHONY: run-fuzz
run-fuzz: $(FUZZERS)
	@tests/fuzz/run $T $(if $(ONLY),$(filter %/$(ONLY),$(FUZZERS)),$(FUZZERS))

soak: setup ## judge N invites (default a million) made from known truth; SEED=1; what fails is kept in build/soak
	@$(MAKE) -s $(PARALLEL) $B/soak CC=$(CC) SAN=$(SAN)
	@$B/soak $(if $(N),-n $N) $(if $(SEED),-s $(SEED))

bench: setup ## measure, as ratios to a floor of the same run
	@$(MAKE) -s run-bench CC=$(CC)

.PHONY: run-bench
run-bench: programs $(BENCHES)
	@set -e; for b in $(BENCHES); do $$b; echo; done

# Where things go; packagers set DESTDIR and PREFIX.
DESTDIR ?=
PREFIX  ?= /usr/local
SHARE   := $(DESTDIR)$(PREFIX)/share
INSTALL := install -m 644

install: ## install into PREFIX (/usr/local), below DESTDIR
	@$(MAKE) -s $(PARALLEL) $B/convoke $B/convoked CC=$(CC)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/sbin $(SHARE)/convoke/patterns $(SHARE)/convoke/providers \
		$(SHARE)/man/man1 $(SHARE)/man/man8 $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions \
		$(SHARE)/fish/vendor_completions.d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/sysusers.d
	install -m 755 $B/convoke $(DESTDIR)$(PREFIX)/bin
	install -m 755 $B/convoked $(DESTDIR)$(PREFIX)/sbin
	$(INSTALL) patterns/*.yaml $(SHARE)/convoke/patterns
	$(INSTALL) providers/*.yaml $(SHARE)/convoke/providers
	$(INSTALL) docs/convoke.1 $(SHARE)/man/man1
	$(INSTALL) docs/convoked.8 $(SHARE)/man/man8
	$(INSTALL) packaging/completion/convoke.bash $(SHARE)/bash-completion/completions/convoke
	$(INSTALL) packaging/completion/_convoke $(SHARE)/zsh/site-functions
	$(INSTALL) packaging/completion/convoke.fish $(SHARE)/fish/vendor_completions.d
	$(INSTALL) packaging/systemd/convoked.socket $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's,@SBINDIR@,$(PREFIX)/sbin,' packaging/systemd/convoked.service.in \
		>$(DESTDIR)$(PREFIX)/lib/systemd/system/convoked.service
	$(INSTALL) packaging/systemd/convoke.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/convoke.conf
	@[ -n "$(DESTDIR)" ] || echo "Next, as root: systemd-sysusers && systemctl daemon-reload && systemctl enable --now convoked"

schemas: setup ## check our requests and the simulator against Microsoft's Messages.xsd and Types.xsd in DIR=
	@test -n "$(DIR)" || { echo "say where they are: make schemas DIR=…" >&2; exit 2; }
	@$(MAKE) -s $B/sim-schemas CC=$(CC)
	@$B/sim-schemas "$(DIR)" build/schemas

format: ## put the sources in the house style
	clang-format -i $(shell git ls-files '*.c' '*.h')

clean: ## remove what was built
	rm -rf build

$B/libconvoke.a: $(OBJ)
	@rm -f $@
	@ar rcs $@ $^

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$B/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

$B/%: $B/src/%.o $B/libconvoke.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/libhelp.a: $(HELP)
	@rm -f $@
	@ar rcs $@ $^

$B/tests/test_%: $B/tests/test_%.o $B/libhelp.a $B/libconvoke.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(call once,testlibs,pkg-config --libs $(TESTLIBS))

$B/sim-%: $B/tests/sim/main_%.o $B/libhelp.a $B/libconvoke.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(call once,testlibs,pkg-config --libs $(TESTLIBS))

$B/soak: $B/tests/generate/main_soak.o $B/libhelp.a $B/libconvoke.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(call once,testlibs,pkg-config --libs $(TESTLIBS))

$B/tests/bench/bench_%: $B/tests/bench/bench_%.o $B/tests/bench/bench.o $B/libhelp.a $B/libconvoke.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(call once,testlibs,pkg-config --libs $(TESTLIBS))

$B/tests/fuzz/fuzz_%: $B/tests/fuzz/fuzz_%.o $B/libhelp.a $B/libconvoke.a
	$(CC) $(LDFLAGS) $(if $(FUZZ),-fsanitize=fuzzer) -o $@ $^ $(LDLIBS) $(call once,testlibs,pkg-config --libs $(TESTLIBS))

-include $(shell find $B -name '*.d' 2>/dev/null)
