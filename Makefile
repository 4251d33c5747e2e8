# `make` alone lists what there is. Everything works on a clean clone with Rust, Python 3.11 or later, a C compiler and make
# (and Node 20 for validate, check, test and test-console); the other tools are fetched, pinned, into .tools/.

ENV ?= default

ifeq ($(ENV),local)
ifneq ($(filter deploy delete,$(MAKECMDGOALS)),)
$(error ENV=local is this machine's engine, not an AWS account: use `make local`)
endif
endif

ifneq ($(filter lab-check,$(MAKECMDGOALS)),)
ifeq ($(filter 1 2 3 4 5 6 7 8 9,$(STEP)),)
$(error which step of the lab? Give STEP=1 to STEP=9)
endif
endif

# The functions are built for the machine they run on; in an AWS account, for what samconfig.toml says.
LOCAL_ARCHITECTURE := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)

# The tools' own directory comes first, since `sam build` looks for cargo-lambda on the PATH, and cargo-lambda for zig.
WITH_TOOLS := env PATH="$(CURDIR)/.tools/sam/bin:$$PATH" SAM_CLI_TELEMETRY=0
RUN := tools/step
HOST_TOOLS := --package fare-cli --package gateway-simulator
TEST_CONSOLE := target/debug/fare local --console -- node --test-reporter=spec tests/console/main.mjs

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup build demo local test check validate explore explore-deep explore-mutants chaos bench throughput lab-check
.PHONY: deploy delete clean test-localstack test-console host-tools explorer format lint unit-tests exploration tool-tests

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

demo: setup build host-tools ## Plays every scenario on this machine and shows what became of each; CONSOLE=1 leaves a page open on it
	@target/debug/fare demo $(if $(CONSOLE),--console)

local: setup build host-tools ## Puts the stack on this machine, with a page to watch it, and keeps it until Ctrl-C
	@target/debug/fare local

test: HOST_TOOLS := --workspace --bins
test: setup format lint unit-tests tool-tests host-tools exploration validate build ## Checks format, lints, tests, every schedule of faults, template, the stack end to end, and its console
	@$(RUN) lab "every step's solution, on its own step and on the next" target/debug/fare lab --all
	@$(RUN) end-to-end "compiling the black-box tests" cargo test --package integration-tests --no-run
	@$(RUN) end-to-end "black-box tests over a fresh stack" target/debug/fare local -- cargo test --package integration-tests
	@tools/set-up console
	@$(RUN) console "the console in a browser, over a fresh stack" $(TEST_CONSOLE)

# PICTURES=1 draws those of docs/console.md anew; CONSOLE_BROWSER=... names another browser than the one that is fetched.
test-console: setup build host-tools ## Tests the console alone, in a browser, as a person uses it
	@tools/set-up console
	@$(RUN) console "the console in a browser, over a fresh stack" $(if $(PICTURES),env CONSOLE_PICTURES=yes) $(TEST_CONSOLE)

check: setup format lint validate ## The quick part of test: format, lints, template and state machines

validate: setup ## Validates template and state machines: SAM, cfn-lint, two ASL validators, a security scan, policies
	@tools/set-up validate
	@.tools/sam/bin/python tools/template

explore: explorer ## Tries every schedule of at most two faults, or of one beside somebody else; replays the one in REPLAY
ifdef REPLAY
	@target/debug/saga-explorer replay '$(REPLAY)'
else
	@target/debug/saga-explorer explore
endif

explore-deep: setup explorer build host-tools ## Tries a million states more of three faults at every call, and five times the conformance of make test
	@$(RUN) explore-deep "schedules of three faults" target/debug/saga-explorer deep
	@$(RUN) explore-deep "compiling the conformance tests" cargo test --package integration-tests --test conformance --no-run
	@$(RUN) explore-deep "twins against their tables" env CONFORMANCE_SEQUENCES=100000 \
		target/debug/fare local -- cargo test --package integration-tests --test conformance

explore-mutants: explorer ## Seeds design errors, one by one, and shows that the explorer finds each
	@target/debug/saga-explorer mutants

chaos: HOST_TOOLS += --package saga-chaos
chaos: setup build host-tools ## Collects 500 fares on this machine while everything misbehaves, then reconciles them
	@target/debug/saga-chaos

# statemachine/start-here.asl.json, unless ASL names another definition.
lab-check: setup build host-tools ## Tries your state machine on step STEP=1..9 of the lab, and says what is missing; ASL=... names it
	@target/debug/fare lab --step "$(STEP)" $(if $(ASL),--asl "$(ASL)")

# Measured are the functions as they are deployed, and beside them programs that are compiled as they are: for the release.
bench: setup build host-tools ## Measures the functions: start, answers, memory, size, requests; ARGS=--check fails on a missed goal
	@$(RUN) bench "compiling what is compared" cargo build --release --package bench
	@target/release/bench $(ARGS)

# Functions and engine are those of make local. The picture is overwritten.
throughput: PLOT ?= target/throughput.png
throughput: setup build host-tools ## Collects 4,080 fares on this machine, with 1 to 128 under way at a time; PLOT=... names the picture
	@target/debug/fare local -- target/debug/fare load --clients 1,2,4,8,16,32,64,128 --plot "$(PLOT)" $(ARGS)

test-localstack: setup build host-tools ## Runs the black-box tests on LocalStack, in Docker or without; ENGINE_URL=... on one that runs
	@tools/test-localstack

setup: ## Fetches the pinned tools, where they are not there already
	@tools/set-up

build: setup ## Builds the functions for this machine
	@$(RUN) build "functions for $(LOCAL_ARCHITECTURE)" $(WITH_TOOLS) tools/build-functions $(LOCAL_ARCHITECTURE)
	@$(RUN) --quiet build "stack" $(WITH_TOOLS) sam build --config-env local --parameter-overrides Architecture=$(LOCAL_ARCHITECTURE)

deploy: setup ## Deploys to an AWS account; ENV=prod names a part of samconfig.toml, ARGS=--guided asks for what is missing
	@.tools/sam/bin/python tools/deployment/check.py --config-env $(ENV) $(ARGS)
	@$(RUN) deploy "building" $(WITH_TOOLS) sam build --config-env $(ENV)
	@$(WITH_TOOLS) sam deploy --config-env $(ENV) $(ARGS)

delete: setup ## Deletes the stack that deploy made, its tables too, except where ENV=prod
	@$(WITH_TOOLS) .tools/sam/bin/python tools/deployment/delete.py --config-env $(ENV) $(ARGS)

clean: ## Removes everything that was built or fetched
	rm -rf target .aws-sam .tools tools/localstack/*.egg-info

host-tools:
	@$(RUN) build "tools for this machine" cargo build $(HOST_TOOLS)

explorer:
	@$(RUN) build "explorer" cargo build --package saga-explorer

format:
	@$(RUN) format "cargo fmt" cargo fmt --all --check

lint:
	@$(RUN) lint "cargo clippy" cargo clippy --workspace --all-targets -- --deny warnings

unit-tests:
	@$(RUN) unit-tests "cargo test" cargo test

tool-tests: setup
	@tools/set-up validate
	@$(RUN) --quiet tool-tests "what validate finds" .tools/sam/bin/python -m unittest discover \
		--start-directory tools/template/tests --top-level-directory tools/template
	@$(RUN) --quiet tool-tests "what a fare costs" .tools/sam/bin/python -m unittest discover \
		--start-directory tools/cost/tests --top-level-directory tools/cost
	@$(RUN) --quiet tool-tests "what deploy checks" .tools/sam/bin/python -m unittest discover \
		--start-directory tools/deployment/tests --top-level-directory tools/deployment

exploration:
	@$(RUN) explore "every schedule of faults" target/debug/saga-explorer explore
