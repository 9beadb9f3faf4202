"""The page on the interfaces, made from the server's own OpenAPI document, so that it never tells of what is not there.

Everything stands in the page as it is sent; the script only adds a form to try a question.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from assistant.answer import QUESTION_LIMIT
from assistant.chat import MOST_EARLIER
from assistant.pages.header import header
from assistant.pages.schema import fields, kind
from tools.rules import Policy

PATH = "/docs"
_JSON = "application/json"
_PLACES = {"path": "地址里", "query": "问号后", "header": "请求头", "cookie": "Cookie"}


@dataclass(frozen=True)
class McpTool:
    """A tool of the MCP door as it is told here; ``schema`` is what it takes."""

    name: str
    title: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """A part of the page with its entry in the table of contents, and those of what it holds: (anchor, name)."""

    anchor: str
    title: str
    html: str
    parts: Sequence[tuple[str, str]] = ()


def body(document: Mapping[str, Any], tools: Sequence[McpTool], policy: Policy, question: str, base: str) -> str:
    """The page's HTML. ``base`` is the server's address without a final slash, ``question`` one to try."""
    sections = [
        _start(document, question, base),
        _openai(document, policy, question, base),
        _mcp(tools, question, base),
        *_operations(document, base),
        _errors(document),
        _schemas(document),
    ]
    contents = "".join(
        f'<li><a href="#{one.anchor}">{escape(one.title)}</a>'
        + (f"<ol>{''.join(_entry(*part) for part in one.parts)}</ol>" if one.parts else "")
        + "</li>"
        for one in sections
    )
    shown = "\n".join(
        f'<section id="{one.anchor}"><h2>{escape(one.title)}</h2>\n{one.html}</section>' for one in sections
    )
    return f"""<a class="skip" href="#text">跳到正文</a>
{header(policy, PATH)}
<main class="docs">
<h1>接口文档</h1>
<p class="about">{escape(document["info"].get("description", ""))}</p>
<div class="columns">
<nav class="contents" aria-label="目录"><details open><summary>目录</summary><ol>{contents}</ol></details></nav>
<div id="text">
{shown}
</div>
</div>
</main>"""


def _entry(anchor: str, name: str) -> str:
    return f'<li><a href="#{anchor}">{escape(name)}</a></li>'


def _start(document: Mapping[str, Any], question: str, base: str) -> Section:
    ask = document["paths"]["/api/ask"]["post"]
    html = f"""<p>提问只要一个请求：</p>
{_code(_curl("POST", "/api/ask", ask, base))}
<form class="try" action="/api/ask" hidden>
<label for="question">试一试</label>
<textarea id="question" name="question" rows="2" maxlength="{QUESTION_LIMIT}" required>{escape(question)}</textarea>
<button type="submit">发送</button>
<div class="result" role="status"></div>
</form>
<p>机器读的文档是 <a href="/openapi.json">/openapi.json</a>（OpenAPI {escape(document["openapi"])}），本页由它生成。
请求正文用 UTF-8 编码的 JSON；金额是整数元；日期写作 YYYY-MM-DD；位置按字符计，从 0 开始，不含结尾。</p>"""
    return Section("start", "开始", html)


def _openai(document: Mapping[str, Any], policy: Policy, question: str, base: str) -> Section:
    whole = f"""from openai import OpenAI

client = OpenAI(base_url="{base}/v1", api_key="none")
messages = [{{"role": "user", "content": "{question}"}}]
answer = client.chat.completions.create(model="{policy.id}", messages=messages)
print(answer.choices[0].message.content)
for one in answer.choices[0].message.annotations:
    print(one.url_citation.title, one.url_citation.url)
print(answer.policy["awards"])"""
    stream = f"""from openai import OpenAI

client = OpenAI(base_url="{base}/v1", api_key="none")
messages = [{{"role": "user", "content": "{question}"}}]
for chunk in client.chat.completions.create(model="{policy.id}", messages=messages, stream=True):
    print(chunk.choices[0].delta.content or "", end="")"""
    public = {} in document["paths"]["/v1/chat/completions"]["post"]["security"]
    key = "没有密钥就随便填" if public else "密钥向管理员要"
    html = f"""<p>现成的 OpenAI 客户端改一个地址就能用，{key}。回答在 content，引用的条款在 annotations，完整的结果在 policy。</p>
{_code(whole)}
<p>逐句返回，每一句都已核对：</p>
{_code(stream)}
<ul>
<li>问题是最后一条 user 消息，之前的 user 消息作上文（最近 {MOST_EARLIER} 条），所以能追问“那9000万呢”。客户端发来的 assistant、tool 消息一概不信，不会成为数字的出处。</li>
<li>也可以在 extra_body 里带上一次返回的 policy.conversation_id，这时以服务端的记录为上文。extra_body 里还可以写 as_of、policy_id。</li>
<li>system 和 developer 消息照收，但不起作用：它们改变不了任何数字。</li>
<li>temperature、max_tokens、seed 等照收，不影响回答；n 大于 1、logprobs、JSON 格式的 response_format、强制的 tool_choice 会得到 400。</li>
<li>usage 都是 0：规则作答不按词元计算。出错时是 OpenAI 的错误格式，message 是中文说明。</li>
</ul>"""
    return Section("openai", "用 OpenAI 客户端", html)


def _mcp(tools: Sequence[McpTool], question: str, base: str) -> Section:
    started = {"command": ".venv/bin/python", "args": ["-m", "assistant", "mcp"], "cwd": "本项目所在的文件夹"}
    remote, local = _client({"type": "http", "url": f"{base}/mcp"}), _client(started)
    code = f"""import asyncio

from mcp import Client


async def main():
    async with Client("{base}/mcp") as client:
        result = await client.call_tool("ask", {{"question": "{question}"}})
        print(result.content[0].text)
        print(result.structured_content["awards"])


asyncio.run(main())"""
    told = "\n".join(_tool(tool) for tool in tools)
    html = f"""<p>大模型客户端可以经 MCP 使用这里的工具，地址是 <code>{escape(base)}/mcp</code>（Streamable HTTP，不保留会话）：</p>
{_code(remote)}
<p>也可以让客户端在本机启动它，经标准输入和输出通信：</p>
{_code(local)}
<p>用 Python：</p>
{_code(code)}
{told}"""
    return Section("mcp", "用 MCP 客户端", html, [(f"tool-{tool.name}", f"{tool.name} {tool.title}") for tool in tools])


def _client(server: Mapping[str, Any]) -> str:
    """A client's settings for one server."""
    told = ",\n".join(f"      {json.dumps(key)}: {json.dumps(one, ensure_ascii=False)}" for key, one in server.items())
    return f'{{\n  "mcpServers": {{\n    "policy": {{\n{told}\n    }}\n  }}\n}}'


def _tool(tool: McpTool) -> str:
    return f"""<article id="tool-{tool.name}"><h3><code>{tool.name}</code> {escape(tool.title)}</h3>
<p>{escape(tool.description)}</p>
{fields(tool.schema)}</article>"""


def _operations(document: Mapping[str, Any], base: str) -> Iterator[Section]:
    """One section for each tag, in the order in which the routes stand."""
    by_tag: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by_tag.setdefault(operation.get("tags", ["其他"])[0], []).append((method.upper(), path, operation))
    for at, (tag, listed) in enumerate(by_tag.items()):
        html = "\n".join(_operation(*one, document["components"]["schemas"], base) for one in listed)
        parts = [(_anchor(method, path), operation.get("summary", path)) for method, path, operation in listed]
        yield Section(f"tag-{at + 1}", tag, html, parts)


def _anchor(method: str, path: str) -> str:
    return f"{method.lower()}{path.replace('/', '-').replace('{', '').replace('}', '')}"


def _operation(method: str, path: str, operation: Mapping[str, Any], schemas: Mapping[str, Any], base: str) -> str:
    parts = [f"<p>{escape(operation['description'])}</p>"] if "description" in operation else []
    if parameters := operation.get("parameters"):
        rows = "".join(_parameter(one) for one in parameters)
        parts.append(f'<h4>参数</h4><dl class="fields">{rows}</dl>')
    if _JSON in operation.get("requestBody", {}).get("content", {}):
        schema = operation["requestBody"]["content"][_JSON]["schema"]
        parts.append(f"<h4>请求</h4>{fields(schemas[schema['$ref'].rpartition('/')[2]])}")
    parts.append(f"<h4>例子</h4>{_code(_curl(method, path, operation, base))}")
    parts.append(f'<h4>返回</h4><dl class="fields">{"".join(_responses(operation))}</dl>')
    head = f'<span class="method">{method}</span> <code>{escape(path)}</code> {escape(operation.get("summary", ""))}'
    return f'<article id="{_anchor(method, path)}"><h3>{head}</h3>\n{"".join(parts)}</article>'


def _parameter(one: Mapping[str, Any]) -> str:
    told = escape(one.get("description", ""))
    need = "必填" if one.get("required") else "可不填"
    place = f"{_PLACES[one['in']]}，{kind(one['schema'])}，{need}"
    return f'<div><dt><code>{escape(one["name"])}</code></dt><dd><span class="kind">{place}</span>{told}</dd></div>'


def _responses(operation: Mapping[str, Any]) -> Iterator[str]:
    """What succeeds in full; what fails in one line, as the form of errors is told once for all."""
    failed = []
    for status, response in sorted(operation["responses"].items()):
        if status >= "400":
            failed.append(f"{status} {response['description']}")
            continue
        forms = "；".join(_form(media, one) for media, one in response.get("content", {}).items())
        shown = f'<span class="kind">{forms}</span>' if forms else ""
        yield f"<div><dt>{escape(status)}</dt><dd>{shown}{escape(response['description'])}</dd></div>"
    if failed:
        yield f'<div><dt>出错</dt><dd>{escape("、".join(failed))}。<a href="#errors">错误的格式</a></dd></div>'


def _form(media: str, told: Mapping[str, Any]) -> str:
    schema = told.get("schema", {})
    return f"{escape(media)}，{kind(schema)}" if "$ref" in schema else escape(media)


def _errors(document: Mapping[str, Any]) -> Section:
    schemas = document["components"]["schemas"]
    html = f"""<p>出错时的格式是 RFC 9457 的 <code>application/problem+json</code>，detail 是中文，说明错在哪里、怎么办；
<code>/v1/</code> 下是 OpenAI 的错误格式，{kind({"$ref": "#/components/schemas/ErrorOut"})}。429 和 503 带 Retry-After 响应头时，请等那么多秒再试。</p>
{fields(schemas["ProblemOut"])}"""
    return Section("errors", "错误", html)


def _schemas(document: Mapping[str, Any]) -> Section:
    html = "\n".join(
        f'<article id="schema-{name}"><h3><code>{name}</code></h3>{_remark(schema)}{fields(schema)}</article>'
        for name, schema in document["components"]["schemas"].items()
    )
    return Section("schemas", "数据结构", html)


def _remark(schema: Mapping[str, Any]) -> str:
    return f"<p>{escape(schema['description'])}</p>" if "description" in schema else ""


def _curl(method: str, path: str, operation: Mapping[str, Any], base: str) -> str:
    """A line for a shell that asks what the operation's example asks."""
    body = operation.get("requestBody", {}).get("content", {}).get(_JSON)
    command = f"curl -s{'N' if 'text/event-stream' in operation['responses']['200'].get('content', {}) else ''}"
    if body is None:
        return f"{command} '{base}{path}'"
    sent = json.dumps(body["example"], ensure_ascii=False).replace("'", "'\\''")
    return f"{command} {base}{path} \\\n  -H 'Content-Type: application/json' \\\n  -d '{sent}'"


def _code(text: str) -> str:
    return f"<pre><code>{escape(text)}</code></pre>"
