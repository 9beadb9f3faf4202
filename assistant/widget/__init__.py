"""The chat window for other sites: ``policy-chat.js``, served as it stands (``assistant.api.widget``), and a demo.

One hand-written file without dependency or build, at most 8 KB when packed (``python -m evals.widget_size``); what
would make it too long to be told there is told here.

- The script tag adds one ``<policy-chat>`` unless the page has placed its own. It is appended beside the body, because
  a filter or transform on the body (as sites have that turn grey on days of mourning) would move what is fixed.
- Styles are one constructed sheet that all elements adopt, and nodes are made one by one: a content policy without
  ``unsafe-inline``, or with trusted types, lets both pass. ``all: initial`` stands twice: on ``:host`` against what
  the page's rules do to the element (``!important`` inside wins over ``!important`` outside), on ``.root`` against
  what is inherited through it.
- The panel is a ``<dialog>``: modal on a phone, where it covers the page; on wide screens opened by its attribute, as
  ``show()`` would take the focus. The visual viewport's height leaves room for a phone's keyboard.
- Enter sends unless an input method has the key. Chrome says so by ``isComposing``; Safari ends the composition before
  the key comes, and only ``keyCode`` 229 tells.
- While an answer grows its node is ``aria-live="off"``; the finished one replaces it, so that it is read once.
- The browser keeps, for each element, the conversation's id, the question that was sent and not yet confirmed, and
  what stands in the box. A tab goes on with its own conversation until the next load. Turns come from the server.
- A connection that is lost, or silent for a minute, is followed by a few looks whether the server has the answer, and
  again when the network is back. Nothing is asked twice by itself; the question stays, with a button to ask it again.
- A site that is not listed gets answers its page may not read, like a lost network; the message then names both.
"""
