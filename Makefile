# make run   sets everything up and serves the assistant at http://127.0.0.1:7860
# make test  sets everything up and passes the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test check evals docs lock clean

run: $(READY)
	@$(BIN)/python app.py

test: $(READY)
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tools.lint

evals: $(READY)
	@$(BIN)/python -m evals.run --fail-under 99

# Every figure README prints, taken again: the scores of all question sets are among them.
docs: $(READY)
	@$(BIN)/python -m evals.docs --check

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "需要 Python 3.11 或更高版本；可用 make PYTHON=/路径/python3.11 run 指定。"; exit 1; }
	@echo "[1/3] 建立虚拟环境 $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=24"
	@echo "[2/3] 安装依赖（首次约需几分钟）…"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --requirement requirements.lock \
		| awk '/^(Collecting|Processing)/ {n++; printf "\r      已解析 %d 个包", n; fflush()} /^Installing/ {printf "\n      正在安装 …\n"} END {print ""}'
	@$(BIN)/python -c 'import chromadb, gradio, langchain, sentence_transformers' 2>/dev/null || \
		{ echo "依赖没有装全：请检查网络或软件源后重试 make run。"; exit 1; }
	@echo "[3/3] 安装完成。"
	@touch $(READY)

lock: $(READY)
	@$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock

clean:
	rm -rf $(VENV) .data
