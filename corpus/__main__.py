"""``python -m corpus build | search "…" | show [CLAUSE] | list``: the policies and their index, by hand."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.clauses import Clause, PolicyText, load
from corpus.retrieve import Retriever, open_retriever
from tools import rules
from tools.errors import AssistantError, NotFoundError

_HERE = Path(__file__).resolve().parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0, or 1 after a message on standard error."""
    args = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        folders = _folders(args.policies, args.policy)
        if args.command == "build":
            for folder in folders:
                _build(folder, args)
        elif args.command == "search":
            for folder in folders:
                _search(_retriever(folder, args), args.query, args.k)
        elif args.command == "show":
            for folder in folders:
                _show(load(folder / "policy.md"), args.clause)
        else:
            for folder in folders:
                policy = load(folder / "policy.md")
                print(f"{folder.name}  {policy.title}（{len(policy.clauses)} 条）")
                for clause in policy.clauses:
                    print(f"  {clause.id:<10}{clause.label}")
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    env = os.environ
    parser = argparse.ArgumentParser(prog="python -m corpus", description="查看、检索政策条款，建立索引。")
    add = parser.add_argument
    add("--policies", type=Path, default=Path(env.get("ASSISTANT_POLICIES") or _HERE), help="政策文件夹所在处")
    add("--policy", default="", help="只用这一个政策（文件夹名）")
    add("--data", type=Path, default=Path(env.get("ASSISTANT_DATA") or _HERE.parent / ".data"), help="索引写到哪里")
    add("--embedding", default=env.get("ASSISTANT_EMBEDDING", ""), help="向量模型名或文件夹，不给则用内置的")
    add("--chroma", default=env.get("CHROMA_URL", ""), help="索引所在的 Chroma 服务，不给则在 --data 里")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="建立或更新索引")
    search = commands.add_parser("search", help="检索条款")
    search.add_argument("query", help="要找的内容")
    search.add_argument("-k", type=int, default=3, help="给出几条，默认 3")
    show = commands.add_parser("show", help="显示条款原文")
    show.add_argument("clause", nargs="?", default="", help="条款编号，如 2.2.5；不给则显示全部")
    commands.add_parser("list", help="列出政策及其条款")
    return parser


def _folders(policies: Path, policy: str) -> list[Path]:
    found = sorted(path.parent for path in policies.glob("*/policy.md"))
    if not found:
        raise NotFoundError(f"{policies} 里没有政策：每个政策应是其中一个文件夹，内有 policy.md。")
    chosen = [folder for folder in found if policy in ("", folder.name)]
    if not chosen:
        raise NotFoundError(f"没有政策 {policy!r}；现有：{'、'.join(folder.name for folder in found)}。")
    return chosen


def _retriever(folder: Path, args: argparse.Namespace) -> Retriever:
    """The index as the assistant builds it, with the phrases of the rules: a search by hand leaves it as it is."""
    asked_as = rules.load(folder).asked_as if (folder / "rules.yaml").exists() else {}
    return open_retriever(folder, args.data, args.embedding, asked_as, args.chroma)


def _build(folder: Path, args: argparse.Namespace) -> None:
    retriever = _retriever(folder, args)

    def progress(done: int, total: int) -> None:
        print(f"\r{folder.name}：已编入 {done}/{total} 段", end="", file=sys.stderr, flush=True)

    embedded = retriever.warm(progress)
    if embedded:
        print(file=sys.stderr)
    print(f"{folder.name}：{'新编入 ' + str(embedded) + ' 段，' if embedded else ''}索引已是最新。")


def _search(retriever: Retriever, query: str, k: int) -> None:
    hits = retriever.search(query, k)
    if not hits:
        print("没有找到相关条款，请换一种说法。")
    for hit in hits:
        print(f"{hit.score:.2f}  {hit.clause_id:<9} {retriever.policy.clause(hit.clause_id).label}")
        if hit.sentence:
            print(f"      {hit.sentence.text}")


def _show(policy: PolicyText, clause_id: str) -> None:
    shown: Sequence[Clause] = [policy.clause(clause_id)] if clause_id else policy.clauses
    for clause in shown:
        print(f"【{clause.id}】{clause.label}\n{clause.text}\n")


if __name__ == "__main__":
    sys.exit(main())
