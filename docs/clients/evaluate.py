"""Ask medkg what its rules say of an order. Python 3.9 or newer, standard library only.

向 medkg 询问规则对一条医嘱的意见。Python 3.9 及以上，只用标准库。

    python evaluate.py http://127.0.0.1:8000 布洛芬 华法林
    python evaluate.py http://127.0.0.1:8000 --hl7 message.hl7

Exit status 退出码: 0 answered 已回答, 2 refused 被拒绝, 3 not reached 无法连接. In the last two cases nothing is known
of the patient: go on as without decision support. 后两种情况对患者没有任何判断，请按没有决策支持继续工作。
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any

SECONDS = 2.0
"""How long a doctor is kept waiting, at most. 最多让医生等多久。"""


def ask(url: str, body: bytes, media: str) -> Any:
    """Send a body and give back the JSON answer. 发送请求体，返回 JSON 回答。"""
    headers = {"Content-Type": media, "Accept": "application/json", "Accept-Language": "zh"}
    # An API key, where the service asks for one. 服务要求密钥时填写。
    if key := os.environ.get("MEDKG_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    request = urllib.request.Request(url, body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


def evaluate(base: str, case: dict[str, Any]) -> Any:
    """What the rules say of a case. 规则对病例的意见。"""
    # Systems that work in GB18030 may send it as it is. 使用 GB18030 的系统可以直接发送。
    body = json.dumps({"case": case}, ensure_ascii=False).encode("gb18030")
    return ask(f"{base}/api/v1/rules/evaluate", body, "application/json; charset=gb18030")


def evaluate_hl7(base: str, message: bytes) -> Any:
    """The same for an HL7 v2 message, as it stands in a file or on the wire. HL7 v2 消息同样可以直接发送。"""
    return ask(f"{base}/api/v1/rules/evaluate/hl7v2", message, "application/hl7-v2")["evaluation"]


def show(evaluation: dict[str, Any]) -> None:
    """Print everything that a user must see. 显示用户必须看到的全部内容。"""
    reading = evaluation["interpretation"]
    print(evaluation["notice"]["zh"])
    for card in evaluation["items"]:
        print(f"[{card['tier']}] {card['rule']} {card['title']['zh']}")
        print(f"    {card['message']['zh']}")
    # No card does not mean no problem. 没有卡片不等于没有问题。
    for one in reading["insufficient"]:
        print(f"资料不足 insufficient: {one['rule']}: {', '.join(one['missing'])}")
    for one in reading["problems"]:
        print(f"未使用 not used: {one['place']}: {one['reason']} {' '.join(one['nearest'])}")
    print(reading["summary"]["zh"])


def main(words: list[str]) -> int:
    base, *rest = words or ["http://127.0.0.1:8000"]
    try:
        if rest[:1] == ["--hl7"]:
            with open(rest[1], "rb") as file:
                found = evaluate_hl7(base, file.read())
        else:
            ordered, taken = rest if len(rest) == 2 else ("布洛芬", "华法林")
            case = {
                "event": "order-sign",
                # A token of your own, never an identity number. 自己的代号，切勿使用身份证号。
                "patient": {"token": "visit-1"},
                # A name is enough; codes of any dictionary that is registered are better.
                # 有名称即可；有已登记字典的编码更好。
                "orders": [{"id": "1", "name": ordered}],
                "medications": [{"name": taken}],
            }
            found = evaluate(base, case)
    except urllib.error.HTTPError as error:
        # A problem document says where, why and what to do. 错误文档说明哪里、为何、怎么办。
        problem = json.load(error)
        print(f"{problem['status']} {problem['type'].rpartition('/')[2]}: {problem['detail']}", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        print(f"{type(error).__name__}", file=sys.stderr)
        return 3
    show(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
