#include "ui/window/diagnostics.h"

#include "ui/widgets/controls.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/window/findingcard.h"
#include "ui/window/findingwords.h"

#include <QAccessible>
#include <QClipboard>
#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedLayout>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr QSize usualSize(640, 620);
constexpr QSize leastSize(560, 360);
constexpr int markSize = 16;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(DiagnosticsText)
};

/// What is to be said beside their number.
QString noteOn(const QList<Finding> &findings)
{
    const QString unknown = FindingWords::unknown(findings);
    const bool isGood = !findings.isEmpty() && FindingWords::meaningOf(findings) == Meaning::Success;
    if (isGood && unknown.isEmpty())
        return Text::tr("As far as can be seen from here, requests get through. Nothing was changed.");
    const QString note = hasProblem(findings) ? Text::tr("What comes first may be the reason for what follows. Nothing was changed.") : Text::tr("Nothing was changed.");
    return unknown.isEmpty() ? note : Text::tr("%1 %2", "two sentences").arg(unknown, note);
}

} // namespace

DiagnosticsDialog::DiagnosticsDialog(QWidget *parent)
    : QDialog(parent)
    , m_choosePath([this](std::function<void(const QString &)> then) { openFileDialog(std::move(then)); })
    , m_mark(new MarkLabel(markSize))
    , m_title(new TextLabel)
    , m_note(new TextLabel)
    , m_stack(new QStackedLayout)
    , m_empty(new EmptyState({}, {}))
    , m_filter(new QWidget)
    , m_onlyUnwell(new ChipButton(tr("&Only what is not well")))
    , m_hidden(new TextLabel)
    , m_scroll(new QScrollArea)
    , m_messages(nullptr)
    , m_save(new QPushButton(tr("&Save…")))
    , m_copy(new QPushButton(tr("&Copy")))
    , m_again(new QPushButton(tr("Check &again")))
    , m_close(new QPushButton(tr("C&lose")))
{
    setWindowTitle(tr("Diagnostics"));
    resize(usualSize);
    setMinimumSize(leastSize);

    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // The bar stands in the margin.
    connect(m_scroll->verticalScrollBar(), &QScrollBar::rangeChanged, this, &DiagnosticsDialog::setMargins);
    m_scroll->setAccessibleName(tr("What was found"));
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_scroll);

    auto *area = new QWidget;
    area->setLayout(m_stack);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, metrics::edge, 0, metrics::edge);
    column->setSpacing(metrics::edge);
    column->addLayout(head());
    m_filter->setLayout(filter());
    column->addWidget(m_filter);
    column->addWidget(area, 1);
    column->addLayout(buttons());
    m_messages = new MessageBar(this, area);
    applyLooks();
    begin();
}

QLayout *DiagnosticsDialog::head()
{
    m_note->setWordWrap(true);
    auto *words = new QVBoxLayout;
    words->setSpacing(metrics::half);
    words->addWidget(m_title);
    words->addWidget(m_note);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(tokens::space::margin, 0, tokens::space::margin, 0);
    head->setSpacing(tokens::space::markToText);
    auto *mark = new QVBoxLayout;
    mark->addSpacing((QFontMetrics(metrics::title(font())).height() - markSize) / 2);
    mark->addWidget(m_mark);
    mark->addStretch();
    head->addLayout(mark);
    head->addLayout(words, 1);
    return head;
}

QLayout *DiagnosticsDialog::filter()
{
    m_onlyUnwell->setCheckable(true);
    m_onlyUnwell->setFocusPolicy(Qt::StrongFocus);
    connect(m_onlyUnwell, &ChipButton::toggled, this, &DiagnosticsDialog::fill);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(tokens::space::margin, 0, tokens::space::margin, 0);
    row->setSpacing(tokens::space::markToText);
    row->addWidget(m_onlyUnwell);
    row->addWidget(m_hidden);
    row->addStretch();
    return row;
}

QLayout *DiagnosticsDialog::buttons()
{
    setPlainToolTip(m_save, tr("All of it with versions, config.json and the end of the log, for a bug report: without keys"));
    setPlainToolTip(m_copy, tr("What was found, as text"));
    m_again->setDefault(true);
    connect(m_save, &QPushButton::clicked, this, [this] { m_choosePath([this](const QString &path) { Q_EMIT saveRequested(path); }); });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(FindingWords::text(*m_findings));
        m_messages->showDone(tr("Copied"), {});
    });
    connect(m_again, &QPushButton::clicked, this, &DiagnosticsDialog::checkRequested);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(tokens::space::margin, 0, tokens::space::margin, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_save);
    row->addWidget(m_copy);
    row->addStretch();
    row->addWidget(m_again);
    row->addWidget(m_close);
    return row;
}

void DiagnosticsDialog::openFileDialog(std::function<void(const QString &)> then)
{
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    auto *dialog = new QFileDialog(this, tr("Save the diagnostics"), folder.path(), tr("JSON (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    // A file that is there is not replaced, whatever is said here.
    dialog->setOption(QFileDialog::DontConfirmOverwrite);
    dialog->setDefaultSuffix(u"json"_s);
    dialog->selectFile(u"qcc-diagnostics-%1.json"_s.arg(QDateTime::currentDateTime().toString(u"yyyy-MM-dd-HHmmss"_s)));
    connect(dialog, &QFileDialog::fileSelected, this, [then = std::move(then)](const QString &path) { then(path); });
    dialog->open();
}

void DiagnosticsDialog::begin()
{
    m_title->setText(tr("Checking…"));
    m_note->setText(tr("Looking at the configuration, the port and the clients…"));
    m_mark->setMeaning(Meaning::Neutral);
    m_save->setEnabled(false);
    m_copy->setEnabled(m_findings.has_value());
    if (m_findings && m_again->hasFocus())
        m_scroll->setFocus();
    m_again->setEnabled(false);
    if (m_findings)
        return;
    m_filter->hide();
    m_empty->setTexts(tr("What a request needs to get through"),
                      tr("The configuration, the port, proxies, each endpoint, the clock and the clients are looked at, from the ground up. Nothing is changed, "
                         "and no token is spent."));
    m_stack->setCurrentWidget(m_empty);
}

void DiagnosticsDialog::setProgress(qsizetype asked, qsizetype of)
{
    m_note->setText(tr("Asking the endpoints, %1 of %2…").arg(asked).arg(of));
}

void DiagnosticsDialog::setFindings(const QList<Finding> &findings)
{
    const bool isFirst = !m_findings;
    m_findings = findings;
    m_save->setEnabled(true);
    m_copy->setEnabled(true);
    m_again->setEnabled(true);
    m_mark->setMeaning(findings.isEmpty() ? Meaning::Neutral : FindingWords::meaningOf(findings));
    m_title->setText(findings.isEmpty() ? tr("Nothing was looked at") : FindingWords::title(findings));
    m_note->setText(noteOn(findings));
    fill();
    // There was nothing else to have it.
    if (isFirst && m_close->hasFocus())
        m_scroll->setFocus();
    QAccessibleEvent alert(m_title, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void DiagnosticsDialog::fill()
{
    const int place = m_scroll->verticalScrollBar()->value();
    QList<Finding> shown = *m_findings;
    // What nobody could look at is not known to be well.
    if (m_onlyUnwell->isChecked())
        shown.removeIf([](const Finding &finding) { return verdictOf(finding.kind) == Verdict::Ok; });
    const auto hidden = static_cast<int>(m_findings->size() - shown.size());
    m_filter->setVisible(!m_findings->isEmpty());
    m_hidden->setText(hidden > 0 ? tr("%n that are well are not shown", nullptr, hidden) : QString());
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setSpacing(metrics::edge);
    const int labelWidth = FindingCard::labelWidthOf(*m_findings, fontMetrics());
    for (auto first = shown.cbegin(); first != shown.cend();) {
        const QString heading = FindingWords::heading(*first);
        const auto next = std::find_if(first, shown.cend(), [&heading](const Finding &finding) { return FindingWords::heading(finding) != heading; });
        column->addWidget(new FindingCard(QList<Finding>(first, next), labelWidth));
        first = next;
    }
    column->addStretch(1);
    m_scroll->setWidget(content);
    if (m_findings->isEmpty())
        m_empty->setTexts(tr("Nothing was looked at"), tr("Check again."));
    else if (shown.isEmpty())
        m_empty->setTexts(tr("Everything is well"), tr("All that was looked at is shown again without the filter."));
    m_stack->setCurrentWidget(shown.isEmpty() ? static_cast<QWidget *>(m_empty) : m_scroll);
    setMargins();
    // What was looked at before is still in view.
    content->adjustSize();
    m_scroll->verticalScrollBar()->setValue(place);
}

void DiagnosticsDialog::setMargins()
{
    const QScrollBar *bar = m_scroll->verticalScrollBar();
    if (QWidget *content = m_scroll->widget())
        content->layout()->setContentsMargins(tokens::space::margin, 0, tokens::space::margin - (bar->maximum() > 0 ? bar->sizeHint().width() : 0), 0);
}

void DiagnosticsDialog::showSaved(const QString &path)
{
    m_messages->showDone(tr("Saved in %1, without keys. Look through it before you pass it on.").arg(QDir::toNativeSeparators(path)), {});
}

void DiagnosticsDialog::showProblem(const QString &text)
{
    m_messages->showProblem(text);
}

void DiagnosticsDialog::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
    case Qt::Key_Home:
    case Qt::Key_End:
        QCoreApplication::sendEvent(m_scroll->verticalScrollBar(), event);
        return;
    default:
        QDialog::keyPressEvent(event);
    }
}

void DiagnosticsDialog::changeEvent(QEvent *event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

void DiagnosticsDialog::applyLooks()
{
    m_title->setFont(metrics::title(font()));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, coloursOf(palette()).text2);
    m_note->setPalette(quiet);
    quiet.setColor(QPalette::WindowText, coloursOf(palette()).text3);
    m_hidden->setPalette(quiet);
    m_hidden->setFont(metrics::caption(font()));
}

} // namespace qcc
