"""The page where staff sign in."""

from html import escape

from fastapi.responses import HTMLResponse

from assistant.pages import document


def page(title: str, name: str = "", fault: str = "", status: int = 200) -> HTMLResponse:
    """The form, with what was wrong with the last try; the password is never sent back."""
    told = f'<p class="fault" role="alert" id="fault">{escape(fault)}</p>' if fault else ""
    described = ' aria-describedby="fault" aria-invalid="true"' if fault else ""
    body = f"""<header class="back"><a href="/">返回政策问答</a></header>
<main class="login">
<h1>坐席台登录</h1>
<p class="quiet">《{escape(title)}》</p>
{told}
<form method="post" action="/desk/login">
<label for="name">账号</label>
<input id="name" name="name" value="{escape(name)}" autocomplete="username" required maxlength="64"{"" if name else " autofocus"}{described}>
<label for="password">密码</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200"{" autofocus" if name else ""}{described}>
<button type="submit">登录</button>
</form>
<p class="quiet">没有账号？请管理员在服务器上运行 <code>python -m assistant account add 账号名</code>。</p>
</main>"""
    return document.page("坐席台登录", body, status, style="login.css", posts=True)
