#include "ui/settings/settingspage.h"

#include "ui/settings/addressfields.h"
#include "ui/settings/configfields.h"
#include "ui/settings/desktopfields.h"
#include "ui/settings/settingfield.h"
#include "ui/settings/settingsindex.h"
#include "ui/widgets/pagehead.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/theme.h"

#include <QCoreApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeySequence>
#include <QLineEdit>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>

namespace qcc {

namespace {

constexpr int besideForm = 40;
constexpr int indexBelow = 12; ///< The head: level with the title of the first section.

} // namespace

SettingsPage::SettingsPage(QWidget *parent)
    : QWidget(parent)
    , m_filter(new QLineEdit)
    , m_faultLine(new QWidget)
    , m_fault(new TextLabel)
    , m_scroll(new QScrollArea)
    , m_form(new SettingsForm)
    , m_fields(new ConfigFields(m_form, this))
    // In the order in which they are on the page.
    , m_desktop(new DesktopFields(m_form))
    , m_address(new AddressFields(m_form, m_fields))
    , m_index(nullptr)
{
    addProxyFields(m_form, m_fields);

    m_filter->setPlaceholderText(tr("Search the settings"));
    m_filter->setAccessibleName(tr("Search the settings"));
    setPlainToolTip(m_filter, QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText));
    auto *open = new QPushButton(tr("Open config.&json"));
    setPlainToolTip(open, tr("For what is not on this page, such as retry_statuses and affinity"));
    auto *head = new PageHead(tr("Settings"), tr("Saved as you change them"));
    head->addSearch(m_filter);
    head->addTool(open);

    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    // The form is no wider than it reads well, and its height follows from its own width, which a scroll area would not ask for.
    auto *content = new QWidget;
    auto *row = new QHBoxLayout(content);
    row->setContentsMargins(tokens::space::margin, 0, tokens::space::margin, 0);
    row->addWidget(m_form, 1, Qt::AlignTop);
    row->addStretch();
    m_scroll->setWidget(content);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *above = new QVBoxLayout;
    above->setContentsMargins(tokens::space::margin, tokens::space::margin, tokens::space::margin, 0);
    above->setSpacing(metrics::unit);
    above->addWidget(head);
    above->addWidget(faultLine());
    column->addLayout(above);
    column->addWidget(m_scroll, 1);
    m_index = new SettingsIndex(m_form->sections(), this);
    m_index->mark(0);
    setTabOrder(open, m_index);
    dress();

    connect(m_filter, &QLineEdit::textChanged, this, &SettingsPage::search);
    connect(m_index, &SettingsIndex::chosen, this, &SettingsPage::goTo);
    connect(m_scroll->verticalScrollBar(), &QScrollBar::valueChanged, this, &SettingsPage::markPlace);
    connect(open, &QPushButton::clicked, this, &SettingsPage::openConfigRequested);
    connect(m_fields, &ConfigFields::changeRequested, this, &SettingsPage::changeRequested);
    connect(m_address, &AddressFields::restartRequested, this, &SettingsPage::restartRequested);
    connect(m_desktop, &DesktopFields::settingsChanged, this, &SettingsPage::traySettingsChanged);
    connect(m_desktop, &DesktopFields::startAtLoginChosen, this, &SettingsPage::startAtLoginChosen);
}

QWidget *SettingsPage::faultLine()
{
    auto *mark = new MarkLabel;
    mark->setMeaning(Meaning::Failure);
    m_fault->setWordWrap(true);
    m_fault->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *row = new QHBoxLayout(m_faultLine);
    row->setContentsMargins(0, 0, 0, metrics::half);
    row->setSpacing(metrics::unit);
    row->addWidget(mark);
    row->addWidget(m_fault, 1);
    m_faultLine->hide();
    return m_faultLine;
}

void SettingsPage::search(const QString &text)
{
    m_form->filter(text);
    for (int i = 0; i < m_index->count(); ++i)
        m_index->setShown(i, m_form->shows(i));
    m_scroll->verticalScrollBar()->setValue(0);
    m_index->mark(m_form->sectionAt(0));
}

void SettingsPage::goTo(int section)
{
    const QScopedValueRollback goes(m_goes, true);
    m_scroll->verticalScrollBar()->setValue(m_form->topOf(section));
}

/// What is read is at the top; over the last screen the mark goes down to its foot, so that each section has it at some place.
void SettingsPage::markPlace()
{
    if (m_goes)
        return;
    const QScrollBar *bar = m_scroll->verticalScrollBar();
    const int height = m_scroll->viewport()->height();
    const int last = std::min(height, bar->maximum());
    const int left = bar->maximum() - bar->value();
    const int down = left < last ? height * (last - left) / last : 0;
    m_index->mark(m_form->sectionAt(bar->value() + down));
}

void SettingsPage::placeIndex()
{
    const int left = tokens::space::margin + m_form->maximumWidth() + besideForm;
    const QSize wanted = m_index->sizeHint();
    m_index->setVisible(left + wanted.width() + tokens::space::margin <= width());
    const int top = m_scroll->y() + indexBelow;
    m_index->setGeometry(left, top, wanted.width(), std::max(0, std::min(wanted.height(), height() - top)));
    m_index->raise();
}

void SettingsPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layout()->activate();
    placeIndex();
}

void SettingsPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        dress();
    if (event->type() == QEvent::FontChange)
        placeIndex();
}

// Over the index.
void SettingsPage::wheelEvent(QWheelEvent *event)
{
    QCoreApplication::sendEvent(m_scroll->verticalScrollBar(), event);
}

void SettingsPage::dress()
{
    QPalette loud = palette();
    loud.setColor(QPalette::WindowText, colourOf(Meaning::Failure, palette()));
    m_fault->setPalette(loud);
}

void SettingsPage::setConfig(const ConfigSnapshot &config)
{
    if (!config || config == m_config)
        return;
    m_config = config;
    m_fields->setConfig(*config);
    m_address->setConfig(*config);
}

void SettingsPage::setView(const ProxyView &view)
{
    if (view.configFault != m_configFault) {
        m_configFault = view.configFault;
        const bool good = m_configFault.isEmpty();
        m_fields->setEditable(good);
        m_faultLine->setVisible(!good);
        m_fault->setText(m_configFault + u' '
                         + tr("What is kept in config.json can be changed here again once the file is corrected."));
        layout()->activate();
        placeIndex();
    }
    m_address->setView(view);
}

void SettingsPage::setTraySettings(const TraySettings &settings)
{
    m_desktop->setSettings(settings);
}

void SettingsPage::setStartsAtLogin(bool on)
{
    m_desktop->setStartsAtLogin(on);
}

void SettingsPage::editRefused(const QString &why)
{
    m_fields->refuse(why);
}

bool SettingsPage::clearFilter()
{
    const bool filters = !m_filter->text().isEmpty();
    m_filter->clear();
    return filters;
}

QList<SettingPlace> SettingsPage::places() const
{
    return m_form->places();
}

void SettingsPage::showPlace(qsizetype place)
{
    clearFilter();
    // Where it is follows from its width, which a page that was not seen yet has only now.
    for (QWidget *each : {static_cast<QWidget *>(this), m_scroll->widget(), static_cast<QWidget *>(m_form)})
        each->layout()->activate();
    const SettingField *field = m_form->field(place);
    const int top = field->mapTo(m_scroll->widget(), QPoint()).y();
    m_scroll->verticalScrollBar()->setValue(top - (m_scroll->viewport()->height() - field->height()) / 3);
    // As by Tab, so that it is seen where the keys go.
    field->keyed()->setFocus(Qt::TabFocusReason);
}

void SettingsPage::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

} // namespace qcc
