#include "ui/overview/welcomepage.h"

#include "ui/overview/welcomeparts.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>

#include <algorithm>

namespace qcc {

namespace {

constexpr int columnWidth = 520;
constexpr int above = 64;

QString originOf(ImportSource source)
{
    switch (source) {
    case ImportSource::Fastcc: return WelcomePage::tr("From fastcc");
    case ImportSource::CcSwitch: return WelcomePage::tr("From cc-switch");
    case ImportSource::ClaudeCode: return WelcomePage::tr("From Claude Code's settings");
    case ImportSource::Environment: return WelcomePage::tr("From the environment");
    }
    Q_UNREACHABLE();
}

QString withoutScheme(const QString &url)
{
    const qsizetype end = url.indexOf(QStringLiteral("://"));
    return end < 0 ? url : url.sliced(end + 3);
}

/// What of one place can be taken over.
struct Group {
    QList<FoundEndpoint> endpoints;
    QStringList names;

    QString from() const
    {
        const FoundEndpoint &first = endpoints.constFirst();
        const QString more = first.source == ImportSource::Environment ? first.place
            : endpoints.size() == 1                                    ? withoutScheme(shownUrl(first))
                                                                       : WelcomePage::tr("%1 endpoints", "two or more").arg(endpoints.size());
        return more.isEmpty() ? originOf(first.source) : originOf(first.source) + QStringLiteral(" · ") + more;
    }
};

QList<Group> groupsOf(const QList<ImportedEndpoint> &preview)
{
    QList<Group> groups;
    for (const ImportedEndpoint &each : preview) {
        if (each.outcome != ImportOutcome::Added)
            continue;
        auto group = std::ranges::find_if(groups, [&each](const Group &known) {
            const FoundEndpoint &first = known.endpoints.constFirst();
            return first.source == each.found.source && first.place == each.found.place;
        });
        if (group == groups.end())
            group = groups.insert(groups.end(), Group());
        group->endpoints << each.found;
        group->names << each.name;
    }
    return groups;
}

} // namespace

WelcomePage::WelcomePage(QWidget *parent)
    : QWidget(parent)
{
    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content());
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(scroll);
    dress();
}

QWidget *WelcomePage::content()
{
    auto *words = new QWidget;
    words->setMaximumWidth(columnWidth);
    auto *column = new QVBoxLayout(words);
    column->setContentsMargins(0, above, 0, tokens::space::margin);
    column->setSpacing(0);
    column->addWidget(new Steps({tr("Add an endpoint"), tr("Connect a client"), tr("Done", "the last of some steps")}));
    column->addSpacing(28);
    m_title = add(*column, tr("Which endpoints do you have?"), 6);
    m_text = add(*column, tr("qcc gives your coding clients one steady address, and passes each request on to an endpoint that works."), 20);
    m_field = new PasteField;
    m_field->setPlaceholderText(tr("Paste a URL, a key, an export line or JSON, or drop a file"));
    m_field->setAccessibleName(tr("What you have of an endpoint"));
    column->addWidget(new PasteBox(m_field));
    connect(m_field, &PasteField::offered, this, &WelcomePage::textOffered);
    column->addSpacing(12);
    addWays(*column);
    column->addSpacing(28);
    addFound(*column);

    auto *page = new QWidget;
    auto *row = new QHBoxLayout(page);
    row->setContentsMargins(tokens::space::margin, 0, tokens::space::margin, 0);
    row->addStretch();
    row->addWidget(words, 1000, Qt::AlignTop); // All of the width, up to its own.
    row->addStretch();
    return page;
}

QLabel *WelcomePage::add(QVBoxLayout &column, const QString &text, int below)
{
    auto *label = new TextLabel(text);
    label->setWordWrap(true);
    column.addWidget(label);
    column.addSpacing(below);
    return label;
}

void WelcomePage::addWays(QVBoxLayout &column)
{
    auto *addOne = new QPushButton(tr("&Add an endpoint…"));
    addOne->setDefault(true);
    auto *demo = new LinkButton(tr("Try the &demo"));
    m_needs = new TextLabel(tr("needs no key"));
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::unit);
    row->addWidget(addOne);
    row->addWidget(demo);
    row->addWidget(m_needs);
    row->addStretch();
    column.addLayout(row);
    connect(demo, &QPushButton::clicked, this, &WelcomePage::demoRequested);
    connect(addOne, &QPushButton::clicked, this, [this] {
        const QString text = m_field->toPlainText();
        if (text.trimmed().isEmpty())
            Q_EMIT addEndpointRequested();
        else
            Q_EMIT textOffered(text);
    });
}

void WelcomePage::addFound(QVBoxLayout &column)
{
    m_foundTitle = new TextLabel(tr("Found on this computer"));
    auto *choose = new LinkButton(tr("&Import…"));
    setPlainToolTip(choose, tr("Choose among all that was found, and see where it was looked for"));
    auto *head = new QHBoxLayout;
    head->addWidget(m_foundTitle);
    head->addStretch();
    head->addWidget(choose);
    column.addLayout(head);
    column.addSpacing(metrics::half);
    auto *card = new RowsCard;
    m_found = static_cast<QVBoxLayout *>(card->layout());
    m_none = new TextLabel(tr("Looking…"));
    m_none->setContentsMargins(metrics::edge, 0, metrics::edge, 0);
    m_none->setMinimumHeight(tokens::size::rowTwoLines);
    m_none->setWordWrap(true);
    m_found->addWidget(m_none);
    column.addWidget(card);
    column.addSpacing(metrics::unit);
    m_unchanged = add(column, tr("Nothing is changed where they come from."), 0);
    m_unchanged->hide();
    connect(choose, &QPushButton::clicked, this, &WelcomePage::importRequested);
}

void WelcomePage::setFound(const QList<ImportedEndpoint> &preview)
{
    clearFound();
    const QList<Group> groups = groupsOf(preview);
    for (const Group &group : groups) {
        auto *row = new FoundRow(group.names.join(QStringLiteral(", ")), group.from());
        m_found->addWidget(row);
        connect(row->button(), &QPushButton::clicked, this, [this, endpoints = group.endpoints] { Q_EMIT importChosen(endpoints); });
    }
    m_none->setText(preview.isEmpty() ? tr("Nothing where other programs keep their endpoints.") : tr("Nothing that can be taken over as it is."));
    m_none->setVisible(groups.isEmpty());
    m_unchanged->setVisible(!groups.isEmpty());
}

void WelcomePage::clearFound()
{
    const QList<FoundRow *> rows = findChildren<FoundRow *>();
    for (FoundRow *row : rows) {
        m_found->removeWidget(row);
        row->hide();
        row->deleteLater(); // One of them may be what was clicked.
    }
}

void WelcomePage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!m_asked) {
        m_asked = true;
        Q_EMIT foundWanted();
    }
}

// A key is not left lying about.
void WelcomePage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_field->clear();
}

void WelcomePage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void WelcomePage::dress()
{
    m_title->setFont(metrics::strong(metrics::figure(font()), m_title->text()));
    m_foundTitle->setFont(metrics::sectionTitle(font()));
    const Colours colours = coloursOf(palette());
    for (QLabel *label : {m_text, m_none, m_needs, m_unchanged}) {
        QPalette ink = palette();
        ink.setColor(QPalette::WindowText, label == m_text || label == m_none ? colours.text2 : colours.text3);
        label->setPalette(ink);
    }
    for (QLabel *label : {m_needs, m_unchanged})
        label->setFont(metrics::caption(font()));
}

} // namespace qcc
