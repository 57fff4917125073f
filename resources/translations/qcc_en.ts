<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en_US">
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
    <name>qcc::WindowDesk</name>
    <message numerus="yes">
        <source>Imported %n endpoint(s)</source>
        <translation>
            <numerusform>Imported %n endpoint</numerusform>
            <numerusform>Imported %n endpoints</numerusform>
        </translation>
    </message>
</context>
</TS>
