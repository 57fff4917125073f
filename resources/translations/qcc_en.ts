<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en_US">
<context>
    <name>ClustersText</name>
    <message numerus="yes">
        <source>%n request(s) run there; they are finished.</source>
        <translation>
            <numerusform>%n request runs there; it is finished.</numerusform>
            <numerusform>%n requests run there; they are finished.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FindingWords</name>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) could not be checked.</source>
        <translation>
            <numerusform>%n thing could not be checked.</numerusform>
            <numerusform>%n things could not be checked.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StateText</name>
    <message numerus="yes">
        <source>Finishing %n request(s)…</source>
        <translation>
            <numerusform>Finishing %n request…</numerusform>
            <numerusform>Finishing %n requests…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qcc::ConnectionsLine</name>
    <message numerus="yes">
        <source>%n request(s) of web pages</source>
        <translation>
            <numerusform>%n request of web pages</numerusform>
            <numerusform>%n requests of web pages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) addressed to another name</source>
        <translation>
            <numerusform>%n request addressed to another name</numerusform>
            <numerusform>%n requests addressed to another name</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) without the access token</source>
        <translation>
            <numerusform>%n request without the access token</numerusform>
            <numerusform>%n requests without the access token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) of other users</source>
        <translation>
            <numerusform>%n connection of other users</numerusform>
            <numerusform>%n connections of other users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) for want of memory or disk space</source>
        <translation>
            <numerusform>%n request for want of memory or disk space</numerusform>
            <numerusform>%n requests for want of memory or disk space</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qcc::DiagnosticsDialog</name>
    <message numerus="yes">
        <source>%n that are well are not shown</source>
        <translation>
            <numerusform>%n that is well is not shown</numerusform>
            <numerusform>%n that are well are not shown</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qcc::FootCard</name>
    <message numerus="yes">
        <source>%n request(s) left</source>
        <translation>
            <numerusform>%n request left</numerusform>
            <numerusform>%n requests left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qcc::ImportDialog</name>
    <message numerus="yes">
        <source>&amp;Import %n endpoint(s)</source>
        <translation>
            <numerusform>&amp;Import %n endpoint</numerusform>
            <numerusform>&amp;Import %n endpoints</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>qcc::WindowController</name>
    <message numerus="yes">
        <source>Imported %n endpoint(s)</source>
        <translation>
            <numerusform>Imported %n endpoint</numerusform>
            <numerusform>Imported %n endpoints</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exported %n request(s) to %1</source>
        <translation>
            <numerusform>Exported %n request to %1</numerusform>
            <numerusform>Exported %n requests to %1</numerusform>
        </translation>
    </message>
</context>
</TS>
