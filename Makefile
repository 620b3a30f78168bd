# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
#
# The two commands to know are `make demo` and `make check`; both install what they need on Debian 12 first. Everything else is
# meson and ninja in build/.

BUILD ?= build
# Progress is for a terminal.
NINJA = ninja -C $(BUILD) $$(test -t 2 || echo --quiet)
# What tools/demo runs: a fifth of everything, most of which is tests.
DEMO = dotsys drivers/x64/checked/hello.sys drivers/x64/free/hello.sys clients/linux64/hello_client
MESON_OPTIONS ?=

.PHONY: all setup build demo check check-wine bench test asan ubsan tsan torture explore failing clang release lint format docs fuzz fuzz-drivers clean install

all: build

# Debian packages, skipped when all are there.
setup:
	@tools/setup

$(BUILD)/build.ninja:
	@meson setup $(BUILD) $(MESON_OPTIONS) >/dev/null || meson setup $(BUILD) $(MESON_OPTIONS)

# A file that came or went since the last configuration makes meson look again.
build: setup $(BUILD)/build.ninja
	@tools/reconfigure $(BUILD)
	@$(NINJA)

demo: setup $(BUILD)/build.ninja
	@tools/reconfigure $(BUILD)
	@$(NINJA) $(DEMO)
	@tools/demo $(BUILD)

check: build test

test:
	@tools/run_tests $(BUILD)

# The samples' drivers and Windows clients in Wine, which has to be there (apt-get install wine wine64).
check-wine: build
	@tests/wine/check_wine.py --build $(BUILD)

bench: build
	@$(BUILD)/bench/dotsys-bench --json $(BUILD)/bench.json

# The same tests on instrumented builds, each in a folder of its own.
asan:
	@$(MAKE) --no-print-directory BUILD=build-asan MESON_OPTIONS="-Db_sanitize=address -Db_lundef=false" check

ubsan:
	@$(MAKE) --no-print-directory BUILD=build-ubsan MESON_OPTIONS="-Db_sanitize=undefined -Db_lundef=false" check

# The unit tests of the folders named, and the torture drivers, in a folder of their own: docs/decisions/020.md.
TSAN_SECONDS ?= 5
TSAN_BUILT = ninja -C build-tsan -t targets all | grep -oE '^tests/unit/(cm|ex|fs|io|ke|mm|ob|ps|vf)_[a-z0-9_]*_test:' | tr -d :
tsan: build
	@test -f build-tsan/build.ninja || CC=clang-19 meson setup build-tsan -Db_sanitize=thread -Db_lundef=false >/dev/null
	@tools/reconfigure build-tsan
	@ninja -C build-tsan --quiet dotsys $$($(TSAN_BUILT))
	@for program in $$($(TSAN_BUILT)); do \
	    DOTSYS_TEST_BUILD=$$PWD/$(BUILD) TSAN_OPTIONS=suppressions=$$PWD/tests/tsan/unit.supp build-tsan/$$program || exit 1; done
	@TSAN_OPTIONS=suppressions=$$PWD/tests/tsan/drivers.supp tests/stress/torture.py --dotsys build-tsan/dotsys --registry $(BUILD)/dotsys --build $(BUILD) \
	    --arch x64 --seconds $(TSAN_SECONDS)

# The drivers of tests/kernel/torture for so long each, x64 and x86.
TORTURE_SECONDS ?= 60
torture: build
	@tests/stress/torture.py --dotsys $(BUILD)/dotsys --build $(BUILD) --seconds $(TORTURE_SECONDS)

# The sample drivers, and those without their defects, over a thousand schedules each; some minutes.
explore: build
	@for arch in x64 x86; do \
	    tests/e2e/explore_test.py --arch $$arch --dotsys $(BUILD)/dotsys --build $(BUILD) --schedules $(or $(SCHEDULES),1000) || exit 1; done

# Each call of the C library and each allocation fails once in lives of a machine, not only some: ten minutes.
failing: build
	@meson test -C $(BUILD) --test-args='--most 1000' --timeout-multiplier 10 --print-errorlogs 'failing x64' 'failing x86'
	@DOTSYS_EVERY_CALL=1 meson test -C $(BUILD) --timeout-multiplier 10 --print-errorlogs \
	    $(foreach life,host system allocation,'unit machine_$(life)_failure_test' 'unit machine_$(life)_failure_test x86')

clang:
	@CC=clang $(MAKE) --no-print-directory BUILD=build-clang check

release:
	@$(MAKE) --no-print-directory BUILD=build-release MESON_OPTIONS="--buildtype=release" build

# Random requests: to each of tests/kernel/broken until its defect is found, to the sample drivers a million.
FUZZ_DRIVER_REQUESTS ?= 1000000
fuzz-drivers: build
	@for arch in x64 x86; do \
	    tests/e2e/fuzz_test.py --arch $$arch --dotsys $(BUILD)/dotsys --build $(BUILD) --count $(FUZZ_DRIVER_REQUESTS) || exit 1; done

fuzz: build
	@tools/fuzz $(BUILD)

format:
	@git ls-files '*.c' '*.h' ':!include/nt' ':!drivers' ':!tests/kernel' | xargs clang-format -i

lint: build
	@tools/lint $(BUILD)

docs: build
	@tools/gen_exports_doc.py
	@tools/coverage --write

install: build
	@meson install -C $(BUILD)

clean:
	@rm -rf build build-asan build-ubsan build-tsan build-clang build-release
