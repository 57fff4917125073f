#include "ui/settings/modeledit.h"

#include "ui/widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>

namespace qcc {

ModelEdit::ModelEdit(QWidget *parent)
    : QWidget(parent)
    , m_mode(new QComboBox)
    , m_name(new QLineEdit)
{
    setFocusProxy(m_mode);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_mode->addItem(tr("As the client asks"), static_cast<int>(ModelMode::Passthrough));
    m_mode->addItem(tr("Always this one:"), static_cast<int>(ModelMode::Override));
    m_mode->setAccessibleName(tr("Model"));
    m_mode->setAccessibleDescription(m_mode->accessibleName()); // Qt on Linux tells only this of a combo box.
    m_name->setPlaceholderText(tr("Name of a model"));
    m_name->setAccessibleName(tr("Name of the model"));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_mode);
    row->addWidget(m_name, 1);

    connect(m_mode, &QComboBox::activated, this, [this] {
        showMode();
        if (mode() == ModelMode::Override && name().isEmpty())
            m_name->setFocus();
        Q_EMIT edited();
        Q_EMIT finished();
    });
    connect(m_name, &QLineEdit::textEdited, this, &ModelEdit::edited);
    connect(m_name, &QLineEdit::editingFinished, this, &ModelEdit::finished);
    showMode();
}

ModelMode ModelEdit::mode() const
{
    return static_cast<ModelMode>(m_mode->currentData().toInt());
}

QString ModelEdit::name() const
{
    return m_name->text().trimmed();
}

void ModelEdit::setModel(ModelMode mode, const QString &name)
{
    m_mode->setCurrentIndex(m_mode->findData(static_cast<int>(mode)));
    if (name != m_name->text())
        m_name->setText(name);
    showMode();
}

void ModelEdit::showMode()
{
    m_name->setEnabled(mode() == ModelMode::Override);
}

} // namespace qcc
