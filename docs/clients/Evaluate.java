import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Ask medkg what its rules say of an order. JDK 11 or newer, nothing else: it uses the XML twin of the schema, since the
 * JDK reads XML and not JSON. 向 medkg 询问规则对一条医嘱的意见。JDK 11 及以上，无需其他库；JDK 自带 XML，故用 XML 形式。
 *
 * <pre>java Evaluate.java http://127.0.0.1:8000 布洛芬 华法林</pre>
 *
 * Exit status 退出码: 0 answered 已回答, 2 refused 被拒绝, 3 not reached 无法连接. In the last two cases nothing is known of the
 * patient: go on as without decision support. 后两种情况对患者没有任何判断，请按没有决策支持继续工作。
 */
public final class Evaluate {
    /** How long a doctor is kept waiting, at most. 最多让医生等多久。 */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String NAMESPACE = "https://w3id.org/medkg/schema/evaluate";
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final PrintStream ERR = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    public static void main(String[] words) throws Exception {
        String base = words.length > 0 ? words[0] : "http://127.0.0.1:8000";
        String ordered = words.length > 2 ? words[1] : "布洛芬";
        String taken = words.length > 2 ? words[2] : "华法林";
        HttpResponse<byte[]> answer;
        try {
            answer = send(base + "/api/v1/rules/evaluate", question(ordered, taken));
        } catch (IOException error) {
            ERR.println(error.getClass().getSimpleName());
            System.exit(3);
            return;
        }
        if (answer.statusCode() != 200) {
            // A problem document says where, why and what to do; it is JSON. 错误文档（JSON）说明哪里、为何、怎么办。
            ERR.println(answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
            System.exit(2);
        }
        show(read(answer.body()));
    }

    /** The case as XML; a name is enough, codes of a registered dictionary are better. 有名称即可，有已登记字典的编码更好。 */
    static byte[] question(String ordered, String taken) throws XMLStreamException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out, "UTF-8");
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("EvaluateRequest");
        xml.writeDefaultNamespace(NAMESPACE);
        xml.writeStartElement("case");
        text(xml, "event", "order-sign");
        xml.writeStartElement("patient");
        // A token of your own, never an identity number. 自己的代号，切勿使用身份证号。
        text(xml, "token", "visit-1");
        xml.writeEndElement();
        list(xml, "orders", ordered);
        list(xml, "medications", taken);
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.close();
        return out.toByteArray();
    }

    private static void list(XMLStreamWriter xml, String name, String drug) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeStartElement("item");
        text(xml, "name", drug);
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static void text(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }

    private static HttpResponse<byte[]> send(String url, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE)
            .header("Content-Type", "application/xml").header("Accept", "application/xml")
            .header("Accept-Language", "zh").POST(HttpRequest.BodyPublishers.ofByteArray(body));
        String key = System.getenv("MEDKG_KEY");
        if (key != null) {
            // An API key, where the service asks for one. 服务要求密钥时填写。
            request.header("Authorization", "Bearer " + key);
        }
        HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static Document read(byte[] body) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        // An answer has no DOCTYPE, so none is read. 回答中没有 DOCTYPE，一律不读。
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(body));
    }

    /** Print everything that a user must see. 显示用户必须看到的全部内容。 */
    private static void show(Document answer) throws Exception {
        Node root = answer.getDocumentElement();
        OUT.println(at(root, "notice/zh"));
        for (Node card : all(root, "items/item")) {
            OUT.println("[" + at(card, "tier") + "] " + at(card, "rule") + " " + at(card, "title/zh"));
            OUT.println("    " + at(card, "message/zh"));
        }
        // No card does not mean no problem. 没有卡片不等于没有问题。
        for (Node one : all(root, "interpretation/insufficient/item")) {
            StringBuilder missing = new StringBuilder();
            for (Node name : all(one, "missing/item")) {
                missing.append(missing.length() > 0 ? ", " : "").append(name.getTextContent());
            }
            OUT.println("资料不足 insufficient: " + at(one, "rule") + ": " + missing);
        }
        for (Node one : all(root, "interpretation/problems/item")) {
            OUT.println("未使用 not used: " + at(one, "place") + ": " + at(one, "reason"));
        }
        OUT.println(at(root, "interpretation/summary/zh"));
    }

    private static String at(Node node, String path) throws Exception {
        return XPathFactory.newInstance().newXPath().evaluate(path, node);
    }

    private static Node[] all(Node node, String path) throws Exception {
        Object found = XPathFactory.newInstance().newXPath().evaluate(path, node, XPathConstants.NODESET);
        NodeList rows = (NodeList) found;
        Node[] nodes = new Node[rows.getLength()];
        for (int number = 0; number < nodes.length; number++) {
            nodes[number] = rows.item(number);
        }
        return nodes;
    }

    private Evaluate() {}
}
