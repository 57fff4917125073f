#include "ui/widgets/plaintext.h"

#include <QListWidgetItem>
#include <QMessageBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QToolTip>
#include <QTreeWidgetItem>

#include <utility>

namespace qcc {

TextLabel::TextLabel(const QString &text, QWidget *parent)
    : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setText(text);
}

HtmlLabel::HtmlLabel(QWidget *parent)
    : QLabel(parent)
{
    setTextFormat(Qt::RichText);
}

QString plainToolTip(const QString &text)
{
    if (text.isEmpty())
        return {};
    return QStringLiteral("<p style=\"white-space: pre-wrap\">%1</p>").arg(text.toHtmlEscaped());
}

void showPlainToolTip(QPoint globalPlace, const QString &text, QWidget *widget, const QRect &area)
{
    QToolTip::showText(globalPlace, plainToolTip(text), widget, area);
}

void setPlainToolTip(QListWidgetItem *item, const QString &text)
{
    item->setToolTip(plainToolTip(text));
}

void setPlainToolTip(QTreeWidgetItem *item, int column, const QString &text)
{
    item->setToolTip(column, plainToolTip(text));
}

void setPlainToolTip(QWidget *widget, const QString &text)
{
    widget->setToolTip(markupFree(text));
}

void askFirst(QWidget *parent, const QString &question, const QString &consequences, const QString &yes, std::function<void()> act)
{
    auto *box = new QMessageBox(QMessageBox::Warning, QStringLiteral("qcc"), question, QMessageBox::NoButton, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(consequences);
    const QPushButton *button = box->addButton(yes, QMessageBox::DestructiveRole);
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    QObject::connect(button, &QPushButton::clicked, parent, std::move(act));
    box->open();
}

QString markupFree(QString text)
{
    static const QRegularExpression entity(QStringLiteral("&(?=#?\\w+;)"));
    return text.replace(QLatin1Char('<'), QChar(0x2039)).replace(entity, QStringLiteral("\uFF06"));
}

} // namespace qcc
